"""A question to a student, whose answer is checked."""
