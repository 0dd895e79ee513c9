"""How far a sweep of many runs is."""
