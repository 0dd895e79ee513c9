"""Errors a person reads: each message is one sentence that names the value, the limit and the remedy."""


class LadaError(Exception):
    """Base of every error this package raises on purpose; the command line exits with 2 on it."""


class ConfigError(LadaError, ValueError):
    """A setting, or a combination of settings, that cannot work."""


class DataError(LadaError):
    """Images or targets that are missing, unreadable or not what they claim to be."""


class StoreError(LadaError):
    """A run folder that cannot be read, written or shared."""


class OracleError(LadaError, ValueError):
    """An answer that does not fit the open query."""


class NumericsError(LadaError, ArithmeticError):
    """A value that is not finite; it is reported with its stage and ids, never replaced."""


class OutOfMemoryError(LadaError, MemoryError):
    """The memory of the host or of a GPU does not suffice."""


class StageStopped(LadaError):
    """A person stopped a stage between two batches; nothing of it was committed."""
