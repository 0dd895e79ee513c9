"""All settings of a run: frozen dataclasses that check their values when they are made.

The values of the experiments, with their sources, are in `lada_explore.config.presets`.
"""

from lada_explore.config.acquisition_parts import BaldConfig, Ll4alConfig, VaalConfig
from lada_explore.config.backbone import BackboneConfig
from lada_explore.config.capabilities import (
    AcquisitionCapabilities,
    AugmentationCapabilities,
    Entry,
    EstimatorCapabilities,
    Mixes,
    Needs,
    PolicyCapabilities,
)
from lada_explore.config.catalogue import (
    ACQUISITIONS,
    AUGMENTATIONS,
    CLASSIFIER_FAMILIES,
    CLASSIFIERS,
    ESTIMATORS,
    POLICIES,
    policies_for,
)
from lada_explore.config.choices import (
    BackboneNormalisation,
    Checkpoints,
    ClassifierKind,
    ClassWeights,
    FeaturePrecision,
    Initialisation,
    InitialWeights,
    Keep,
    KeptTau,
    Ll4alTraining,
    Normalisation,
    Optimiser,
    OptimiserLife,
    Precision,
    RateSchedule,
    Stem,
    StnSees,
    VaalWeighting,
    VirtualImages,
)
from lada_explore.config.classifier import ClassifierConfig, trained_stages
from lada_explore.config.head import HeadConfig
from lada_explore.config.limits import TAU_LIMIT, unknown
from lada_explore.config.method import DEFAULT_ACQUISITION, DEFAULT_AUGMENTATION, METHODS, Method, compose, method_named
from lada_explore.config.parts import (
    HIDDEN_NODES,
    IMAGE_NODES,
    POINT_CLASSES,
    TOLERANCE,
    DataConfig,
    LookAheadConfig,
    PolicyConfig,
    ScheduleConfig,
)
from lada_explore.config.run import RunConfig, config_from_dict, flatten
from lada_explore.config.training_parts import TrainingConfig
from lada_explore.records import Estimator, Policy

__all__ = [
    "ACQUISITIONS",
    "AUGMENTATIONS",
    "CLASSIFIERS",
    "CLASSIFIER_FAMILIES",
    "DEFAULT_ACQUISITION",
    "DEFAULT_AUGMENTATION",
    "ESTIMATORS",
    "HIDDEN_NODES",
    "IMAGE_NODES",
    "METHODS",
    "POINT_CLASSES",
    "POLICIES",
    "TAU_LIMIT",
    "TOLERANCE",
    "AcquisitionCapabilities",
    "AugmentationCapabilities",
    "BackboneConfig",
    "BackboneNormalisation",
    "BaldConfig",
    "Checkpoints",
    "ClassWeights",
    "ClassifierConfig",
    "ClassifierKind",
    "DataConfig",
    "Entry",
    "Estimator",
    "EstimatorCapabilities",
    "FeaturePrecision",
    "HeadConfig",
    "InitialWeights",
    "Initialisation",
    "Keep",
    "KeptTau",
    "Ll4alConfig",
    "Ll4alTraining",
    "LookAheadConfig",
    "Method",
    "Mixes",
    "Needs",
    "Normalisation",
    "Optimiser",
    "OptimiserLife",
    "Policy",
    "PolicyCapabilities",
    "PolicyConfig",
    "Precision",
    "RateSchedule",
    "RunConfig",
    "ScheduleConfig",
    "Stem",
    "StnSees",
    "TrainingConfig",
    "VaalConfig",
    "VaalWeighting",
    "VirtualImages",
    "compose",
    "config_from_dict",
    "flatten",
    "method_named",
    "policies_for",
    "trained_stages",
    "unknown",
]
