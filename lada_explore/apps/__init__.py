"""What is launched as a whole: the served explorer, the classroom, the playground on real sessions, the lesson page."""
