"""The head of an explorer: what a run does, and the buttons that drive it."""
