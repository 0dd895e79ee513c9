"""A run under way: the state machine of its stages, the thread that works it, and opening one by name.

Nothing is imported here, so that the worker's interface loads no torch.
"""
