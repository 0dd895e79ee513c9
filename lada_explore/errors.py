"""Errors whose message is meant for people: one sentence that names the value, the limit and the remedy."""


class LadaError(Exception):
    """Base class of all errors that this package raises on purpose; the command line exits with code 2 on them."""


class ConfigError(LadaError, ValueError):
    """A setting, or a combination of settings, does not work."""


class DataError(LadaError):
    """Images or targets are missing, unreadable or invalid."""


class StoreError(LadaError):
    """A run folder cannot be read or written, or another process is using it."""


class OracleError(LadaError, ValueError):
    """An answer does not fit the open query."""


class NumericsError(LadaError, ArithmeticError):
    """A value is not finite. It is reported with its stage and ids and never replaced."""


class OutOfMemoryError(LadaError, MemoryError):
    """The memory of the host or of a GPU does not suffice."""


class StageStopped(LadaError):
    """A person stopped a stage between two batches; the stage committed nothing."""
