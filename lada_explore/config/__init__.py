"""Every setting of a run, frozen and checked when it is made.

The numbers themselves, with their sources, stand in `lada_explore.config.presets`.
"""

from lada_explore.config.limits import TAU_LIMIT, unknown
from lada_explore.config.method import IMAGES_ONLY, METHODS, POLICIES, SET_RULES, Method, method_named
from lada_explore.config.parts import (
    FIXED_TAU,
    HIDDEN_NODES,
    IMAGE_NODES,
    POINT_CLASSES,
    BaldConfig,
    ClassifierConfig,
    DataConfig,
    Ll4alConfig,
    LookAheadConfig,
    PolicyConfig,
    ScheduleConfig,
    TrainingConfig,
    VaalConfig,
)
from lada_explore.config.run import RunConfig, config_from_dict, flatten

__all__ = [
    "FIXED_TAU",
    "HIDDEN_NODES",
    "IMAGES_ONLY",
    "IMAGE_NODES",
    "METHODS",
    "POINT_CLASSES",
    "POLICIES",
    "SET_RULES",
    "TAU_LIMIT",
    "BaldConfig",
    "ClassifierConfig",
    "DataConfig",
    "Ll4alConfig",
    "LookAheadConfig",
    "Method",
    "PolicyConfig",
    "RunConfig",
    "ScheduleConfig",
    "TrainingConfig",
    "VaalConfig",
    "config_from_dict",
    "flatten",
    "method_named",
    "unknown",
]
