"""Whether an acquisition has what the protocol asks for and what its capabilities announce; asked before a run."""

from __future__ import annotations

from lada_explore.acquisition.protocol import capabilities_of
from lada_explore.config import AcquisitionCapabilities
from lada_explore.errors import ConfigError

_METHODS = ("prepare", "outputs", "score")
_PROTOCOL = "lada_explore/acquisition/protocol.py"


def check_acquisition(acquisition: object) -> None:
    """Check an acquisition that was passed as an object.

    Raises:
        ConfigError: a class or a name in place of an object, an object without a unit or one of the methods, or one
            whose capabilities announce a method that it does not have.
    """
    if isinstance(acquisition, type):
        name = acquisition.__name__
        raise ConfigError(f"acquisition={name} is a class; pass an object of it, acquisition={name}(...)")
    if isinstance(acquisition, str):
        raise ConfigError(
            f"acquisition={acquisition!r} is a name; pass an object, or name a part of the method by "
            f"method=compose({acquisition!r})"
        )
    kind = type(acquisition).__name__
    if not isinstance(getattr(acquisition, "unit", None), str):
        raise ConfigError(f"acquisition {kind} has no unit; give it one, such as unit = 'bits', which axes show")
    for method in _METHODS:
        _require_method(acquisition, method, f"see {_PROTOCOL}")
    declared = getattr(acquisition, "capabilities", None)
    if declared is not None and not isinstance(declared, AcquisitionCapabilities):
        raise ConfigError(
            f"acquisition {kind} has capabilities of type {type(declared).__name__}; write "
            "capabilities = AcquisitionCapabilities(...), or leave the attribute out"
        )
    check_announced(acquisition, capabilities_of(acquisition))


def check_announced(acquisition: object, capabilities: AcquisitionCapabilities) -> None:
    """Raises ConfigError for a method that the capabilities announce and the acquisition does not have."""
    for name, announced, method in (
        ("chooses_set", capabilities.chooses_set, "choose"),
        ("chooses_pairs", capabilities.chooses_pairs, "choose_pairs"),
        ("trains", capabilities.trains, "state_dict"),
        ("trains_jointly", capabilities.trains_jointly, "new_companion"),
        ("trains_jointly", capabilities.trains_jointly, "companion_loss"),
    ):
        if announced:
            _require_method(acquisition, method, f"or do not declare {name}=True")


def _require_method(acquisition: object, method: str, remedy: str) -> None:
    if not callable(getattr(acquisition, method, None)):
        raise ConfigError(f"acquisition {type(acquisition).__name__} has no method {method!r}; add it, {remedy}")
