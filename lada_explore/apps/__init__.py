"""Applications: the served explorer, the classroom, the playground on real sessions, and the lesson page."""
