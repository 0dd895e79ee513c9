"""A run in progress: the state machine of its stages, the worker thread that runs them, and opening a run by name.

Nothing is imported here, so that importing the worker does not load torch.
"""
