"""Every setting of a run, frozen and checked when it is made.

The numbers themselves, with their sources, stand in `lada_explore.config.presets`.
"""

from lada_explore.config.capabilities import (
    AcquisitionCapabilities,
    AugmentationCapabilities,
    Entry,
    Estimator,
    Mixes,
    Needs,
    Policy,
    PolicyCapabilities,
)
from lada_explore.config.catalogue import ACQUISITIONS, AUGMENTATIONS, POLICIES, policies_for
from lada_explore.config.limits import TAU_LIMIT, unknown
from lada_explore.config.method import METHODS, Method, compose, method_named
from lada_explore.config.parts import (
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
    "ACQUISITIONS",
    "AUGMENTATIONS",
    "HIDDEN_NODES",
    "IMAGE_NODES",
    "METHODS",
    "POINT_CLASSES",
    "POLICIES",
    "TAU_LIMIT",
    "AcquisitionCapabilities",
    "AugmentationCapabilities",
    "BaldConfig",
    "ClassifierConfig",
    "DataConfig",
    "Entry",
    "Estimator",
    "Ll4alConfig",
    "LookAheadConfig",
    "Method",
    "Mixes",
    "Needs",
    "Policy",
    "PolicyCapabilities",
    "PolicyConfig",
    "RunConfig",
    "ScheduleConfig",
    "TrainingConfig",
    "VaalConfig",
    "compose",
    "config_from_dict",
    "flatten",
    "method_named",
    "policies_for",
    "unknown",
]
