"""Presets: the settings of the paper's experiments, of the demo and of the plane. Each number has its source.

"Table 1", "A.2", "A.3" and "B.3" are parts of the supplement of LADA (NeurIPS 2021), "authors' release" the code that
its authors published. "ours" marks our own choice, with the reason or a measurement.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from lada_explore.config import (
    TOLERANCE,
    BackboneConfig,
    Checkpoints,
    ClassifierConfig,
    ClassifierKind,
    DataConfig,
    Initialisation,
    InitialWeights,
    Layout,
    Ll4alConfig,
    Ll4alTraining,
    LookAheadConfig,
    Method,
    Normalisation,
    OptimiserLife,
    PolicyConfig,
    Precision,
    RunConfig,
    ScheduleConfig,
    Stem,
    StnSees,
    TrainingConfig,
    VaalConfig,
    VaalWeighting,
    VirtualImages,
    method_named,
    unknown,
)
from lada_explore.config.fidelity import with_fidelity
from lada_explore.config.method import require_own_name
from lada_explore.config.reading import AUTO
from lada_explore.config.statistics import RELEASED_STATISTICS
from lada_explore.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Named settings of an experiment.

    Attributes:
        summary: one sentence for `lada-explore presets`.
        sources: source of each number, by the dotted name of the setting; a test checks that none is missing.
    """

    name: str
    summary: str
    dataset: str
    classifier: ClassifierConfig
    backbone: BackboneConfig = field(default_factory=BackboneConfig)
    schedule: ScheduleConfig
    training: TrainingConfig
    policy: PolicyConfig
    look_ahead: LookAheadConfig
    vaal: VaalConfig = field(default_factory=partial(VaalConfig, weighting=VaalWeighting.RELEASE))
    ll4al: Ll4alConfig = field(default_factory=partial(Ll4alConfig, training=Ll4alTraining.OUT_OF_FOLD))
    checkpoints: Checkpoints
    normalisation: Normalisation = Normalisation.MEASURED
    sources: Mapping[str, str]

    def data(self, name: str | None = None) -> DataConfig:
        """The images with this name (None: those of the preset), normalised as the preset says if that is possible."""
        name = name or self.dataset
        known = name in RELEASED_STATISTICS
        normalisation = self.normalisation if known else Normalisation.MEASURED
        return DataConfig(name=name, layout=Layout.AUTO, scale=AUTO, normalisation=normalisation)

    def config(self, method: Method, *, seed: int = 0, data: DataConfig | None = None) -> RunConfig:
        """The settings of a run of this preset; `data` None takes the data set of the preset."""
        return RunConfig(
            preset=self.name,
            data=data or self.data(),
            method=method,
            seed=seed,
            classifier=self.classifier,
            backbone=self.backbone,
            schedule=self.schedule,
            training=self.training,
            policy=self.policy,
            look_ahead=self.look_ahead,
            vaal=self.vaal,
            ll4al=self.ll4al,
            checkpoints=self.checkpoints,
        )


_PAPER_SOURCES = {
    "classifier.kind": "A.3",
    "classifier.width": "ResNet-18 (A.3)",
    "classifier.blocks": "ResNet-18 (A.3)",
    "classifier.stem": "A.3: 3x3; ours: 7x7 with stride 4 for images above 64 pixels, see docs/FIDELITY.md",
    "classifier.initialisation": "authors' release: as torch makes it",
    "classifier.segments": "ours: for networks of others; a ResNet is cut after its stem and its stages",
    "classifier.weights": "A.3 names no weights to start from",
    "classifier.train": "A.3: the network is trained as a whole",
    "head.hidden": "ours: a linear layer is what features of others are usually judged by",
    "backbone.size": "ours: as its weights were trained, for frozen classifiers alone",
    "backbone.normalisation": "ours: as its weights were trained",
    "backbone.precision": "ours: float16 halves the disk that features take",
    "data.normalisation": "authors' release",
    "schedule.initial_per_class": "Table 1",
    "schedule.budget": "Table 1",
    "schedule.cycles": "Table 1",
    "schedule.subset_size": "A.2, its text",
    "training.epochs": "A.3",
    "training.learning_rate": "A.3",
    "training.batch_size": "A.3",
    "training.reinitialise": "authors' release: on CIFAR-100",
    "training.initial_weights": "authors' release: on CIFAR-100 the same in each cycle",
    "training.optimiser_life": "authors' release: one Adam as long as the weights are not new",
    "training.optimiser": "A.3: Adam",
    "training.momentum": "ours: of SGD, which no preset has",
    "training.weight_decay": "A.3 and the authors' release name none",
    "training.schedule": "A.3 has one learning rate",
    "training.class_weights": "the paper weighs no class",
    "training.patience": "A.3 has a number of epochs",
    "training.virtual_images": "authors' release: crop and flip on CIFAR-10; on CIFAR-100 it has a fault",
    "training.clear_gradient": "ours: a step follows the gradient of its own loss, which the release does not clear",
    "training.pairs_in_one_pass": "authors' release",
    "training.crop_flip": "authors' release: on the CIFAR sets; the supplement names none",
    "training.cuda_graph": "ours: replays the same steps on a GPU; off until it has been measured on one",
    "training.stn_sees": "Algorithm 1, line 11, end to end; that the image itself is left out is our reading",
    "training.stn_acquired": "Algorithm 1, lines 8 and 12",
    "policy.epochs": "A.3",
    "policy.batch_size": "A.3",
    "policy.learning_rate": "A.3",
    "policy.tau_max": "sigmoid output, Tables 2 and 3",
    "policy.theta_max": "ours: section E leaves theta free, see models/spatial_transformer.py",
    "policy.fixed_tau": "Table 1: 2.0 manifold, 0.2 input mixup",
    "policy.kept_tau": "ours: of the policy that was learned; the release keeps that of the epoch of lowest loss",
    "look_ahead.estimator": "ours; 'pathwise' is the paper's",
    "look_ahead.nodes": "ours: each cycle tries how many are needed, see lookahead/trial.py",
    "look_ahead.tolerance": "ours: leaves about 0.01 bits of rms error, see docs/FIDELITY.md",
    "look_ahead.draws": "Table 1",
    "look_ahead.precision": "ours: bfloat16 changes the profile's errors by less than 0.001 bits",
    "bald.dropout": "Gal et al. (2017), section 5.1: 0.5 in front of the last layer",
    "bald.masks": "ours: as in the authors' release of BADGE; K C outputs of each node are kept",
    "vaal.width": "authors' release of VAAL",
    "vaal.latent": "authors' release of VAAL",
    "vaal.beta": "authors' release of VAAL",
    "vaal.adversary": "authors' release of VAAL",
    "vaal.steps": "ours: VAAL's release has images x epochs / batch size, 39,062 on CIFAR-10 whatever is labelled",
    "vaal.batch_size": "authors' release of VAAL",
    "vaal.learning_rate": "authors' release of VAAL",
    "vaal.vae_steps": "authors' release of VAAL",
    "vaal.weighting": "authors' release of VAAL",
    "ll4al.hidden": "Yoo and Kweon (2019), section 3.2",
    "ll4al.margin": "Yoo and Kweon (2019), section 4",
    "ll4al.virtual": "ours: mixes of labelled images rank held-out losses better than the images themselves",
    "ll4al.steps": "ours: the ranking of held-out losses rose by 0.05 from 50 to 400 steps",
    "ll4al.batch_size": "Yoo and Kweon (2019), section 4.1",
    "ll4al.learning_rate": "ours: Adam as for the classifier (A.3)",
    "checkpoints": "ours: 45 MB a cycle at full width, 134 MB with Adam's state",
    "ll4al.training": "ours: Yoo and Kweon train it with the classifier, as 'joint' does; see docs/FIDELITY.md",
    "ll4al.folds": "ours: a classifier for a fold sees four fifths of the labelled images",
    "ll4al.fold_steps": "ours: as many as 50 labels get in four cycles of the demo",
    "ll4al.shared": "ours: 600 explain 0.89 of the variance of 240 features",
    "ll4al.weight": "Yoo and Kweon (2019), section 4.1: lambda",
    "ll4al.cut_after": "Yoo and Kweon (2019), section 4.1: 120 of 200 epochs",
    "keep": "ours: the map needs all candidates, 5 MB a cycle",
    "gpu": "ours: equal settings give equal records",
}

_OURS = {
    "classifier.initialisation": "ours: He et al. (2015)",
    "data.normalisation": "ours: of these images",
    "training.initial_weights": "ours",
    "training.optimiser_life": "ours: each training can be understood by itself",
    "training.virtual_images": "ours: as the labelled images",
    "training.pairs_in_one_pass": "ours: batch-norm over both images of the pairs",
}
"""Sources of the presets that are not of the paper; docs/FIDELITY.md has what each of these changes on the demo."""

_FASHION = Preset(
    name="fashion",
    summary="Fashion-MNIST as in the paper: ResNet-18, 20 labels, then 100 cycles of 10.",
    dataset="fashion-mnist",
    classifier=ClassifierConfig(width=64, blocks=(2, 2, 2, 2), initialisation=Initialisation.TORCH, stem=Stem.AUTO),
    schedule=ScheduleConfig(initial_per_class=2, budget=10, cycles=100, subset_size=2000),
    training=TrainingConfig(
        epochs=50,
        learning_rate=1e-3,
        batch_size=10,
        initial_weights=InitialWeights.SAME,
        optimiser_life=OptimiserLife.KEPT,
        pairs_in_one_pass=False,
        stn_sees=StnSees.TRANSFORMED,
        stn_acquired=True,
    ),
    normalisation=Normalisation.RELEASED,
    policy=PolicyConfig(epochs=10, batch_size=100, learning_rate=5e-5),
    look_ahead=LookAheadConfig(tolerance=TOLERANCE, draws=10),
    checkpoints=Checkpoints.LAST,
    sources=_PAPER_SOURCES,
)
_CIFAR10 = replace(
    _FASHION,
    name="cifar10",
    summary="CIFAR-10 as in the paper: crop and flip, 20 labels, then 100 cycles of 10.",
    dataset="cifar10",
    training=replace(_FASHION.training, crop_flip=True, virtual_images=VirtualImages.CROP_FLIP),
)
_CIFAR100 = replace(
    _CIFAR10,
    name="cifar100",
    summary="CIFAR-100 as in the paper: 1,000 labels, then 100 cycles of 100, new weights in each.",
    dataset="cifar100",
    schedule=replace(_CIFAR10.schedule, initial_per_class=10, budget=100),
    training=replace(_CIFAR10.training, batch_size=100, reinitialise=True, virtual_images=VirtualImages.PLAIN),
    look_ahead=LookAheadConfig(tolerance=TOLERANCE, draws=5),
)

_DEMO = Preset(
    name="demo",
    summary="6,000 bundled Fashion-MNIST images and a small ResNet: a cycle takes seconds on a laptop.",
    dataset="fashion-mini",
    classifier=ClassifierConfig(width=16, blocks=(1, 1, 1, 1), stem=Stem.AUTO),
    schedule=ScheduleConfig(initial_per_class=2, budget=10, cycles=20, subset_size=400),
    training=TrainingConfig(
        epochs=6, learning_rate=1e-3, batch_size=10, stn_sees=StnSees.TRANSFORMED, stn_acquired=True
    ),
    policy=PolicyConfig(epochs=8, batch_size=20, learning_rate=2e-4),
    look_ahead=LookAheadConfig(tolerance=TOLERANCE, draws=10),
    vaal=VaalConfig(width=8, latent=16, steps=100, batch_size=32, weighting=VaalWeighting.IMAGE),
    checkpoints=Checkpoints.ALL,
    sources=_PAPER_SOURCES
    | _OURS
    | {
        "classifier.kind": "A.3",
        "classifier.width": "ours: a cycle in seconds on 2 CPU cores",
        "classifier.blocks": "ours: a cycle in seconds on 2 CPU cores",
        "schedule.cycles": "ours: 220 labels",
        "schedule.subset_size": "ours: a cycle in seconds on 2 CPU cores",
        "training.epochs": "ours: as accurate at 220 labels as 8 or 12 epochs, in less time",
        "policy.epochs": "ours: 80 steps in all, which end within 0.02 of 120 steps at 1e-4",
        "policy.batch_size": "ours: 80 steps in all, which end within 0.02 of 120 steps at 1e-4",
        "policy.learning_rate": "ours: A.3's 20 steps at 5e-5 leave tau between 0.59 and 0.65",
        "vaal.width": "ours: seconds on a CPU",
        "vaal.latent": "ours: seconds on a CPU",
        "vaal.steps": "ours: seconds on a CPU",
        "vaal.batch_size": "ours: seconds on a CPU",
        "vaal.weighting": "ours: after 100 steps it finds missing classes where the release's hardly does",
        "checkpoints": "ours: 1.2 MB a cycle",
    },
)

EFFICIENTNET_LITE0 = "frozen:module:lada_explore.models.borrowed.installed:efficientnet_lite0"
"""`classifier.kind` of the network of ImageNet whose weights come in a package."""

PRESETS: Mapping[str, Preset] = {
    preset.name: preset
    for preset in (
        _DEMO,
        replace(
            _DEMO,
            name="demo-pretrained",
            summary="The demo's images and a head on features of an ImageNet network: a cycle takes under a second.",
            classifier=ClassifierConfig(kind=EFFICIENTNET_LITE0),
            backbone=BackboneConfig(size=96),
            training=replace(_DEMO.training, epochs=10, learning_rate=3e-3, batch_size=50, weight_decay=0.1),
            sources={
                **_DEMO.sources,
                "classifier.kind": "ours: a network of ImageNet whose weights come in a package, Apache License 2.0",
                "classifier.width": "of the package's own networks; this one has its own",
                "classifier.blocks": "of the package's own networks; this one has its own",
                "backbone.size": "ours: images of 28 pixels hold no more, and 224 would take five times as long",
                "training.epochs": "ours: of 10 and 30, see benchmarks/head.py",
                "training.learning_rate": "ours: of 0.001 and 0.003, see benchmarks/head.py",
                "training.batch_size": "ours: five steps an epoch at 220 labels",
                "training.weight_decay": "ours: of 0, 0.001, 0.01, 0.1 and 1, see benchmarks/head.py",
                "checkpoints": "ours: 50 kB a cycle",
            },
        ),
        Preset(
            name="plane",
            summary="Points on the plane and a small perceptron: a cycle takes a fraction of a second.",
            dataset="points:moons",
            classifier=ClassifierConfig(kind=ClassifierKind.MLP, width=32, blocks=(1, 1)),
            schedule=ScheduleConfig(initial_per_class=2, budget=4, cycles=20, subset_size=60),
            training=TrainingConfig(
                epochs=30, learning_rate=1e-2, batch_size=20, stn_sees=StnSees.TRANSFORMED, stn_acquired=True
            ),
            policy=PolicyConfig(epochs=20, batch_size=30, learning_rate=3e-3),
            look_ahead=LookAheadConfig(nodes=33, draws=10, precision=Precision.FLOAT32),
            checkpoints=Checkpoints.ALL,
            sources=_PAPER_SOURCES
            | _OURS
            | {
                "classifier.kind": "ours: a point has nothing to convolve",
                "classifier.width": "ours: enough for the arms of the spiral",
                "classifier.blocks": "ours: two hidden layers, as many as are mixed",
                "schedule.budget": "ours: two pairs a cycle, so that both can be followed by eye",
                "schedule.cycles": "ours: 84 labels for two classes",
                "schedule.subset_size": "ours: 30 pairs can be told apart in a drawing",
                "training.epochs": "ours: a cycle in a fraction of a second",
                "training.learning_rate": "ours: 12 cycles reach 0.97 on moons, rings and blobs, 0.8 on the spiral",
                "training.batch_size": "ours: a cycle in a fraction of a second",
                "policy.epochs": "ours: 20 steps in all",
                "policy.batch_size": "ours: all pairs",
                "policy.learning_rate": "ours: 20 steps move tau from 0.5 to either end of its range",
                "look_ahead.nodes": "ours: the perceptron bends sharply on a path; a node costs nothing here",
                "look_ahead.tolerance": "ours: the number of nodes is set",
                "look_ahead.precision": "ours: nothing to gain on so small a network",
                "checkpoints": "ours: 6 kB a cycle",
                "keep": "ours: 1 kB a cycle",
            },
        ),
        _FASHION,
        replace(
            _FASHION,
            name="svhn",
            summary="SVHN as in the paper: 20 labels, then 100 cycles of 10, one draw of lam.",
            dataset="svhn",
            look_ahead=LookAheadConfig(tolerance=TOLERANCE, draws=1),
        ),
        _CIFAR10,
        _CIFAR100,
        replace(
            _CIFAR10,
            name="cifar10-large",
            summary="CIFAR-10 with large budgets: 1,000 labels, then 1,000 a cycle up to 10,000.",
            schedule=ScheduleConfig(initial_per_class=100, budget=1000, cycles=9, subset_size=2000),
            sources=_PAPER_SOURCES
            | {name: "B.3" for name in ("schedule.initial_per_class", "schedule.budget", "schedule.cycles")},
        ),
        replace(
            _CIFAR100,
            name="cifar100-large",
            summary="CIFAR-100 with large budgets: 5,000 labels, then 2,500 a cycle up to 20,000.",
            schedule=ScheduleConfig(initial_per_class=50, budget=2500, cycles=6, subset_size=10_000),
            sources=_PAPER_SOURCES
            | {name: "B.3" for name in ("schedule.initial_per_class", "schedule.budget", "schedule.cycles")}
            | {"schedule.subset_size": "ours: A.2's 2,000 is below B.3's budget of 2,500; four times the budget"},
        ),
    )
}
"""The presets by name."""


def preset_named(name: str) -> Preset:
    """The preset with this name. Raises ConfigError, listing the known names."""
    if name not in PRESETS:
        raise unknown("preset", name, list(PRESETS))
    return PRESETS[name]


def configure(
    preset: str = "demo",
    method: str | Method = "lada-entmix",
    *,
    seed: int = 0,
    dataset: str | None = None,
    cycles: int | None = None,
    settings: Mapping[str, Any] | None = None,
) -> RunConfig:
    """Make the settings of a run.

    Args:
        preset: key of `PRESETS`.
        method: key of `lada_explore.config.METHODS`, a name composed of parts (see `Method.name`), or a `Method`.
        seed: seed of everything that is drawn at random.
        dataset: name in the catalogue of data sets, or of images of one's own; None for the data set of the preset.
        cycles: number of acquisition cycles; None for the number of the preset.
        settings: any other setting by its dotted name, as a value or as text, for example {"schedule.budget": "20"};
            {"fidelity": "released"} stands for all of `lada_explore.config.fidelity.as_released`.

    Raises:
        ConfigError: a name is unknown, or a value does not work; the message is one sentence.
    """
    base = preset_named(preset)
    if not isinstance(method, (str, Method)):
        raise ConfigError(f"method is {reprlib.repr(method)}; give a name, or a Method as `compose` makes it")
    used = method if isinstance(method, Method) else method_named(method)
    config = base.config(used, seed=seed, data=base.data(dataset))
    changes: dict[str, Any] = {} if cycles is None else {"schedule.cycles": cycles}
    config = with_fidelity(config, changes | dict(settings or {}))
    require_own_name(config.method)
    return config
