"""The parts of a run's settings; each part checks its values when it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from lada_explore.config.catalogue import ESTIMATORS
from lada_explore.config.choices import (
    Fit,
    KeptTau,
    Layout,
    Normalisation,
    Page,
    Precision,
    by_text,
    member_named,
)
from lada_explore.config.limits import (
    MAX_BATCH,
    MAX_CYCLES,
    MAX_DRAWS,
    MAX_EPOCHS,
    MAX_IMAGES,
    MAX_NODES,
    MAX_SIDE,
    between,
    concentration,
    one_of,
    positive,
)
from lada_explore.config.paths import FOLDER
from lada_explore.config.reading import AUTO, FULL, channel_number, checked_range, checked_scale
from lada_explore.config.statistics import RELEASED_STATISTICS
from lada_explore.errors import ConfigError
from lada_explore.records import Estimator

POINT_CLASSES = ("blue", "orange", "green", "purple", "yellow")
"""Class names of points on the plane: the colours in which the playground draws them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataConfig:
    """Which images to use.

    Attributes:
        name: name in the catalogue of data sets, "folder:PATH", "array:PATH", "hf:NAME_OR_PATH",
            "module:PACKAGE.MODULE:FUNCTION", "points:drawn" for `points`, or "object:NAME" for images handed over.
        height, width, channels: shape to which the images of "folder:", "hf:" and "module:" are converted, in pixels;
            `RunConfig.with_settings` takes "data.size" for both sides.
        fit: CROP, PAD or STRETCH; as the next four of "folder:PATH" alone.
        scale: how samples become 8 bits, see `config.reading`. None as in runs from before there was a choice: as FULL,
            and Pillow alone reads the files.
        range: the samples that become black and white, in the units of the files; empty until a run is made, which
            records what `scale` came to, so that a folder that has grown is read in the same way.
        page: FIRST, MAX or ALL.
        channel: name or number of the channel that is read, from 0; empty for all.
        classes: class names of an unlabelled folder, or of arrays without a classes.txt; empty if they are read from
            the data.
        layout: AUTO, CLASSES or FLAT, of "folder:PATH" alone. None as in runs from before there was a choice: as AUTO,
            but folders of any name are classes, also where they look like dates or declared names match none, and links
            that lead out of the folder are followed.
        test_share: share of a labelled folder that is held out for testing, if the folder has no test/ subfolder.
        holdout: share of the answers that is held out for testing and never trained on, for data without a test set.
        points: (x, y, class index) of every point of "points:drawn", with x and y in [-1, 1]. They are stored with the
            settings, because hand-drawn points exist nowhere else.
        normalisation: MEASURED or RELEASED; the release has numbers for the sets of the paper only.
    """

    name: str
    height: int = 32
    width: int = 32
    channels: int = 3
    fit: Annotated[Fit, by_text("data.fit", Fit)] = Fit.CROP
    scale: str | None = None
    range: tuple[float, ...] = ()
    page: Annotated[Page, by_text("data.page", Page)] = Page.FIRST
    channel: Annotated[str, BeforeValidator(str)] = ""
    classes: tuple[str, ...] = ()
    layout: Annotated[Layout, by_text("data.layout", Layout)] | None = None
    test_share: float = 0.2
    holdout: float = 0.0
    points: tuple[tuple[float, float, int], ...] = ()
    normalisation: Annotated[Normalisation, by_text("data.normalisation", Normalisation)] = Normalisation.MEASURED

    def __post_init__(self) -> None:
        chosen = member_named("data.normalisation", self.normalisation, Normalisation)
        object.__setattr__(self, "normalisation", chosen)
        if chosen is Normalisation.RELEASED and self.name not in RELEASED_STATISTICS:
            raise ConfigError(
                f"data.normalisation is 'released', but the authors' release has no numbers for {self.name!r}; set it "
                f"to 'measured', or use {one_of(list(RELEASED_STATISTICS))}"
            )
        if self.layout is not None:
            object.__setattr__(self, "layout", member_named("data.layout", self.layout, Layout))
        if self.layout in (Layout.CLASSES, Layout.FLAT) and not self.name.startswith(FOLDER):
            raise ConfigError(
                f"data.layout is {self.layout.value!r} but the images are {self.name!r}; leave it at 'auto', it is for "
                "folder:PATH"
            )
        self._check_reading()
        between("data.height", self.height, 8, MAX_SIDE)
        between("data.width", self.width, 8, MAX_SIDE)
        if self.channels not in (1, 3):
            raise ConfigError(f"data.channels is {self.channels}; images are grey (1) or RGB (3)")
        if not 0 <= self.test_share < 1:
            raise ConfigError(f"data.test_share is {self.test_share:g}; it must be at least 0 and below 1, try 0.2")
        if not 0 <= self.holdout < 1:
            raise ConfigError(f"data.holdout is {self.holdout:g}; it must be at least 0 and below 1, try 0.2")

    def _check_reading(self) -> None:
        """Raises ConfigError for how files are read, where that is not known or there are none."""
        object.__setattr__(self, "fit", member_named("data.fit", self.fit, Fit))
        object.__setattr__(self, "page", member_named("data.page", self.page, Page))
        object.__setattr__(self, "channel", str(self.channel))
        channel_number(self.channel)
        if self.scale is not None:
            object.__setattr__(self, "scale", checked_scale(self.scale))
        if self.range:
            checked_range("data.range", self.range)
        if self.name.startswith(FOLDER):
            return
        for setting, value, plain in (
            ("fit", self.fit.value, Fit.CROP.value),
            ("scale", self.scale, AUTO),
            ("range", ",".join(f"{number:g}" for number in self.range), ""),
            ("page", self.page.value, Page.FIRST.value),
            ("channel", self.channel, ""),
        ):
            if value not in (plain, None, FULL):
                left = f"leave it at {plain!r}" if plain else "leave it out"
                raise ConfigError(
                    f"data.{setting} is {value!r} but the images are {self.name!r}; {left}, it is for folder:PATH"
                )


MANY_CLASSES = 50
"""Of more classes than this, the seed round looks for one image each (ours)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleConfig:
    """Numbers of images and cycles.

    Attributes:
        initial_per_class: labelled images of each class in the start (cycle 0); see `start_per_class`.
        budget: B, number of labels asked for in each cycle.
        cycles: number of acquisition cycles after the start.
        subset_size: M, number of unlabelled images scored in each cycle.
    """

    initial_per_class: int
    budget: int
    cycles: int
    subset_size: int

    def __post_init__(self) -> None:
        between("schedule.initial_per_class", self.initial_per_class, 1, MAX_IMAGES)
        between("schedule.budget", self.budget, 1, MAX_IMAGES)
        between("schedule.cycles", self.cycles, 0, MAX_CYCLES)
        between("schedule.subset_size", self.subset_size, 2, MAX_IMAGES)
        if self.budget > self.subset_size:
            raise ConfigError(
                f"schedule.budget {self.budget} is above schedule.subset_size {self.subset_size}; a cycle can only ask "
                "about images it has scored, so raise the subset or lower the budget"
            )

    def start_per_class(self, n_classes: int, *, labelled: bool) -> int:
        """Number of images of each class that the start needs.

        It is `initial_per_class`, but one for images without labels of more than `MANY_CLASSES` classes, whose seed
        round would need too many answers.

        Args:
            n_classes: C, without classes that a person added.
            labelled: whether the images have labels.
        """
        return self.initial_per_class if labelled or n_classes <= MANY_CLASSES else 1

    def last_cycle(self, now: int, cycles: int | None, until: int | None) -> int:
        """The last cycle that a call of `run` completes; never beyond the last cycle of the run.

        Args:
            now: cycle of the next stage.
            cycles: number of cycles to run, including `now`; None for all.
            until: cycle to complete; an alternative to `cycles`.

        Raises:
            ConfigError: both `cycles` and `until` are given, or `until` is below 0.
        """
        if until is None:
            return self.cycles if cycles is None else min(self.cycles, now + cycles - 1)
        if cycles is not None:
            raise ConfigError(f"run was told cycles={cycles} and until={until}; give one of them")
        if until < 0:
            raise ConfigError(f"a run cannot end with cycle {until}; the start is cycle 0, use until=0 for it alone")
        return min(self.cycles, until)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyConfig:
    """How tau is chosen.

    Attributes:
        epochs, batch_size, learning_rate: training of the policy network by Adam, from new weights in each cycle; for
            an STN, training of its localisation network during LOOK_AHEAD.
        tau_max: upper end of the range of tau, 1 in the paper; the network's sigmoid output is multiplied by it.
        theta_max: largest difference of each of the six parameters of an STN's affine transform from the identity.
        fixed_tau: tau of every pair under the "fixed" policy; None for the value of the augmentation, 2.0 for manifold
            and 0.2 for input mixup.
        kept_tau: LAST or LOWEST_LOSS; no effect on policies that learn no tau.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    tau_max: float = 1.0
    theta_max: float = 0.3
    fixed_tau: float | None = None
    kept_tau: Annotated[KeptTau, by_text("policy.kept_tau", KeptTau)] = KeptTau.LAST

    def __post_init__(self) -> None:
        object.__setattr__(self, "kept_tau", member_named("policy.kept_tau", self.kept_tau, KeptTau))
        between("policy.epochs", self.epochs, 0, MAX_EPOCHS)
        between("policy.batch_size", self.batch_size, 1, MAX_BATCH)
        positive("policy.learning_rate", self.learning_rate, "the paper uses 5e-5")
        concentration("policy.tau_max", self.tau_max, "the paper's sigmoid ends at 1")
        if not 0 < self.theta_max < 0.5:
            raise ConfigError(
                f"policy.theta_max is {self.theta_max:g}; it must be above 0 and below 0.5, where an image could "
                "collapse to a line, try 0.3"
            )
        if self.fixed_tau is not None:
            concentration("policy.fixed_tau", self.fixed_tau, "Table 1 uses 2.0 for manifold and 0.2 for input mixup")


FEATURE_NODES = 17
"""Number of nodes of a head on features, where a node costs a product of matrices. With 220 labels in 100 epochs, heads
with and without a hidden layer of 256 on the features of two networks leave an rms error of V(0.5) below 0.0004 bits
against 129 nodes, and below 0.0004 of predicted loss; with 8 nodes it is up to 0.0017."""

HIDDEN_NODES = 8
"""Number of nodes of a run without a tolerance that mixes states; see the table in `lada_explore.lookahead.profile`."""

IMAGE_NODES = 11
"""Number of nodes of a run without a tolerance that mixes images; see the same table."""

TOLERANCE = 0.0125
"""Of the presets: with entropies, which scatter by 0.5 to 0.85 bits, an error of 0.006 to 0.011 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAheadConfig:
    """How V_i(tau) and its gradient are estimated.

    Attributes:
        estimator: QUADRATURE or PATHWISE.
        nodes: G, number of uniform nodes of [0, 1] at which the classifier is evaluated along the mixing path, the same
            in every cycle. None for `IMAGE_NODES` if images are mixed, and if hidden states are, to choose it in each
            cycle by `tolerance`, or for `HIDDEN_NODES` without a tolerance or with fewer than 128 pairs.
        tolerance: largest rms error of V that the number of nodes of a cycle may leave, as a share of the standard
            deviation of its candidates' scores; without effect where `nodes` is given, where images are mixed, and on a
            head on features. None as in runs from before there was a choice; the presets have `TOLERANCE`.
        draws: N, number of draws of lam for each pair; only the pathwise estimator uses it.
        precision: number format of the classifier's layers in SCORE and LOOK_AHEAD.
    """

    estimator: Annotated[Estimator, by_text("look_ahead.estimator", ESTIMATORS)] = Estimator.QUADRATURE
    nodes: int | None = None
    tolerance: float | None = None
    draws: int = 10
    precision: Annotated[Precision, by_text("look_ahead.precision", Precision)] = Precision.AUTO

    def __post_init__(self) -> None:
        object.__setattr__(self, "estimator", member_named("look_ahead.estimator", self.estimator, ESTIMATORS))
        object.__setattr__(self, "precision", member_named("look_ahead.precision", self.precision, Precision))
        if self.nodes is not None:
            between("look_ahead.nodes", self.nodes, 3, MAX_NODES)
        if self.tolerance is not None and not 0 < self.tolerance < 1:
            raise ConfigError(
                f"look_ahead.tolerance is {self.tolerance:g}; it must be above 0 and below 1, try {TOLERANCE:g}"
            )
        between("look_ahead.draws", self.draws, 1, MAX_DRAWS)
