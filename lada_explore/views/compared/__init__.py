"""Runs compared: accuracy, what each asked, tau* and predictions."""
