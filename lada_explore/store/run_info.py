"""`run.json`: what was asked for when the run was made, with a digest of it.

Format 2 carries the run's id and the digest. Format 1 carried neither; it is still read, and stays format 1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lada_explore.config import OptimiserLife, RunConfig, flatten
from lada_explore.config.limits import at_least
from lada_explore.config.names import name_fault
from lada_explore.errors import ConfigError, LadaError, StoreError
from lada_explore.files import OF_RUN_FILE, is_there, reading
from lada_explore.records import OracleName
from lada_explore.store.files import incompatible, read_object
from lada_explore.store.journal_entry import Bounds
from lada_explore.store.seals import digest_of

RUN_FILE = "run.json"
FORMAT = 2
FORMATS = (1, FORMAT)
"""Those that this release reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """What `run.json` says.

    Attributes:
        config: settings of the run.
        class_names: names of the classes, by label.
        image_shape: (D, H, W).
        pool_size: N.
        n_test: test images, 0 without a labelled test set.
        train_checksum: of the images to be labelled.
        test_checksum: of the test set; empty without one.
        oracle: who answers: "ground-truth", "person" or the name of a custom oracle.
        acquisition_unit: unit of scores and look-ahead values.
        device: device the run was started on.
        precision: in which the classifier scores and looks ahead, as chosen at the start.
        threads: CPU threads of its stages, chosen at the start; results repeat bit for bit for the same number, on the
            same device and processor, in the same precision and with the same version of torch.
        versions: of python, torch and this package, at the start.
        notes: what a person should know about the data, such as images left out.
        image_source: where the images come from and their licence; empty in a run recorded before it was kept.
        pass_threads: CPU threads where many images go through the classifier at once; 0 if `threads` is for all.
        threads_tried_ms: milliseconds by "step" or "pass" and by number of threads, in the trial that chose them; empty
            where a person had said how many, or there was no choice.
        classifier_parameters: number and shapes of the tensors of a borrowed classifier, but for its head; empty for
            the package's own.
        classifier_weights: SHA-256 of the weights that `classifier.weights` named.
        classifier_start: SHA-256 of the values of a network that was handed over as the classifier.
        classifier_notes: what a person should know of how it was made, such as a head that was replaced.
        features: what the features were made of that the classifier sees in place of the images, and their "digest";
            empty where it sees the images.
        id: random, so that nothing of another run is taken for a part of this one; empty in a run of format 1.
        parent: the run whose first cycles it begins with; None for a run that begins by itself.
    """

    config: RunConfig
    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int]
    pool_size: int
    n_test: int
    train_checksum: str
    test_checksum: str
    oracle: str
    acquisition_unit: str
    device: str
    precision: str
    threads: int
    versions: dict[str, str]
    notes: tuple[str, ...] = ()
    image_source: str = ""
    pass_threads: int = 0
    threads_tried_ms: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    classifier_parameters: str = ""
    classifier_weights: str = ""
    classifier_start: str = ""
    classifier_notes: tuple[str, ...] = ()
    features: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    parent: Parent | None = None

    def __post_init__(self) -> None:
        if len(self.class_names) < 2:
            raise ConfigError(f"class_names has {len(self.class_names)} entries, and a run has at least 2 classes")
        if faults := [fault for name in self.class_names if (fault := name_fault(name))]:
            raise ConfigError(f"class_names: one {faults[0]}")
        if len(self.image_shape) != 3 or min(self.image_shape) < 1:
            raise ConfigError(f"image_shape is {self.image_shape}, and it is three numbers, each at least 1")
        for name, least in (("pool_size", 1), ("n_test", 0), ("threads", 0), ("pass_threads", 0)):
            at_least(name, getattr(self, name), least)

    @property
    def bounds(self) -> Bounds:
        """What the lines of its journal can name."""
        return Bounds(n_images=self.pool_size, n_classes=len(self.class_names), cycles=self.config.schedule.cycles)

    @property
    def asks_a_person(self) -> bool:
        """True if a person is the oracle."""
        return self.oracle == OracleName.PERSON

    @property
    def last_shared(self) -> int:
        """Last cycle of those that it begins with and its parent made; -1 without a parent."""
        return -1 if self.parent is None else self.parent.at

    @property
    def journal_id(self) -> str:
        """Id that its journal begins with: of the run that made the first cycle, from whose lines a branch goes on."""
        return self.id if self.parent is None else self.parent.info.journal_id

    def of_cycle(self, cycle: int) -> RunInfo:
        """What the run that made a cycle said: this one, or a parent; with the images that there are now."""
        if self.parent is None or cycle > self.parent.at:
            return self
        return replace(self.parent.info.of_cycle(cycle), pool_size=self.pool_size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The run whose first cycles a run begins with.

    Attributes:
        at: the last cycle of these.
        path: where the parent was then, relative to the branch.
        digest: of its `run.json`; empty for a run of format 1, which has none.
        changed: a sentence for each difference.
        info: what its `run.json` says.
    """

    at: int
    path: str
    digest: str
    changed: tuple[str, ...]
    info: RunInfo

    def __post_init__(self) -> None:
        if not 0 <= self.at <= self.info.config.schedule.cycles:
            raise ConfigError(f"at is {self.at}, and the parent has cycles 0 to {self.info.config.schedule.cycles}")

    @property
    def first_digest(self) -> str:
        """Digest of the `run.json` of the run that made the first cycle."""
        return self.digest if self.info.parent is None else self.info.parent.first_digest

    def sentence(self) -> str:
        """What it shares with its parent, and what it changed."""
        cycles = "cycle 0 is" if self.at == 0 else f"cycles 0 to {self.at} are"
        return f"{cycles} shared with {self.path}; {'; '.join(self.changed) or 'nothing is changed'}"


_INFO = TypeAdapter(RunInfo)


def write_info(folder: Path, info: RunInfo) -> None:
    """Write `run.json` into a folder.

    Raises:
        OSError: the disk refuses.
    """
    values = {"format": FORMAT, **asdict(info)}
    # As they are read back: tuples are lists then.
    values["digest"] = digest_of(json.loads(json.dumps(values)))
    (folder / RUN_FILE).write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8", newline="\n")


def read_info(path: Path) -> tuple[RunInfo, str]:
    """What `run.json` of a run folder says, and its digest; that is empty for a run of format 1.

    Raises:
        StoreError: no run folder, or one that is damaged or of a later version.
    """
    place = path / RUN_FILE
    if not is_there(place):
        raise StoreError(f"{path} is not a run folder ({RUN_FILE} is missing); name one made by `lada-explore run`")
    values = read_object(place, OF_RUN_FILE)
    written, said = dict(values), values.pop("digest", "")
    if (version := values.pop("format", None)) is None:
        raise incompatible(place, "lacks the field 'format'")
    if version not in FORMATS:
        raise StoreError(f"{path} has format {version}; this release reads format {FORMAT}, so use a newer one")
    with reading(place):
        try:
            info = _INFO.validate_python(values)
        except ValidationError as error:
            raise _invalid(place, error) from error
    if extra := sorted(flatten(values).keys() - flatten(asdict(info)).keys()):
        raise incompatible(place, f"has the field {extra[0]!r}, which is not known here")
    _require_digest(place, written, said, version)
    return info, said


def settings_named_in(path: Path) -> frozenset[str]:
    """Dotted names of the settings in the `run.json` of a run folder; one that came later than the run is missing."""
    named = flatten(read_object(path / RUN_FILE, OF_RUN_FILE)["config"])
    # What is the life of the optimiser now stood in the setting of the optimiser itself before there was a choice.
    life = ["training.optimiser_life"] if named.get("training.optimiser") in list(OptimiserLife) else []
    return frozenset([*named, *life])


def _require_digest(place: Path, written: dict[str, Any], said: object, version: object) -> None:
    if version == 1:
        if said or written.get("id"):
            raise OF_RUN_FILE.because(place, "it says format 1 and has a digest, which format 1 had not")
        return
    if not said:
        raise incompatible(place, "lacks the field 'digest'")
    del written["digest"]
    if digest_of(written) != said or not written.get("id"):
        raise OF_RUN_FILE.because(place, "its digest is not that of what it says")


def _invalid(place: Path, error: ValidationError) -> LadaError:
    first = error.errors(include_url=False)[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "missing":
        return incompatible(place, f"lacks the field {name!r}")
    return OF_RUN_FILE.because(place, f"{name}: {first['msg']}" if name else first["msg"])
