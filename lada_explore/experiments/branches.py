"""Branch from any cycle of a run: the same images, labels and weights up to there, and then other settings or answers.

What a branch shares with its parent is linked, not copied, where the disk can do that. Its `run.json` names the parent,
the last shared cycle and each difference. A branch with nothing changed repeats the later cycles of its parent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lada_explore.config import Method
from lada_explore.config.paths import expanded
from lada_explore.errors import ConfigError
from lada_explore.exchange import VerdictKind
from lada_explore.exchange.import_labels import import_labels

if TYPE_CHECKING:
    from torch import nn

    from lada_explore.acquisition import Acquisition
    from lada_explore.datasets import ImageData
    from lada_explore.labelling.oracles import Oracle
    from lada_explore.models import Frozen, Given
    from lada_explore.session.branching import BranchLabels
    from lada_explore.session.session import Session

MAX_REFUSED = 3
"""Labels that cannot be taken of which is said why; the others are counted."""


def branch(
    run: Any,
    out: str | Path,
    *,
    at: int | None = None,
    method: str | Method | None = None,
    seed: int | None = None,
    cycles: int | None = None,
    settings: Mapping[str, Any] | None = None,
    oracle: Oracle | str | None = None,
    labels: str | Path | None = None,
    annotator: str = "branch",
    data: ImageData | str | Path | None = None,
    acquisition: Acquisition | None = None,
    classifier: nn.Module | Given | Frozen | None = None,
    device: str = "auto",
    threads: int | None = None,
) -> Session:
    """Begin a run in `out` with the cycles of another run up to `at`, or resume the branch that is there.

    A notebook cell with this call can be run again. The classifier goes on from its weights after cycle `at`; a network
    that the new method has beside it, and the parent's had not, begins with new weights. Settings of the images and of
    the classifier stay those of the parent, and the first cycle that follows the changed settings is `at` + 1.

    Args:
        run: path of the run to branch from, a session, its worker, or what `open_run` returns. It is read only.
        out: folder of the branch.
        at: last cycle that is shared; when None, that of the branch of this run in `out`, or the last complete one.
        method: name of a method, or a `Method` made of parts; that of the parent when None.
        seed: decides what is drawn at random after cycle `at`; that of the parent when None.
        cycles: the last cycle of the branch; that of the parent when None.
        settings: any other setting by its dotted name, such as {"policy.tau_max": 4}.
        oracle: who answers after cycle `at`, as for `open_session`; as in the parent when None.
        labels: a file of labels, as for `import_labels`. They replace those of images that the shared cycles have
            labelled, from the training of cycle `at` + 1 on, and are given for other images.
        annotator: whose labels these are.
        data: images that were handed over to the parent, or the folder of its images if that has moved.
        acquisition: an object in place of the method's; one that was handed over to the parent has to be given again.
        classifier: the network that was handed over to the parent, if one was.
        device: "auto", "cpu", "cuda" or "cuda:1".
        threads: CPU threads; those of the parent when None.

    Raises:
        ConfigError: `at` is not complete or its weights were not kept (`checkpoints`), a setting that the shared cycles
            have decided was changed, too few images are left, or `out` holds another run.
        LadaError: the parent or the file of labels cannot be read, or the folder cannot be written.
    """
    from lada_explore.session.branching import begin_branch, path_of  # which need torch

    path = path_of(run)
    return begin_branch(
        path,
        out,
        at=at,
        method=method,
        seed=seed,
        cycles=cycles,
        settings=settings,
        labels=None if labels is None else _labels(path, expanded(labels), annotator, data),
        oracle=oracle,
        data=data,
        acquisition=acquisition,
        classifier=classifier,
        device=device,
        threads=threads,
    )


def branched_at(run: Any, out: str | Path) -> int | None:
    """The last cycle that the branch in a folder shares with a run; None if no branch of this run is there.

    Args:
        run: the run that it began from: its path, a session, its worker, or what `open_run` returns.
        out: the folder.

    Raises:
        ConfigError: `run` is no run.
        StoreError: the run, or one that is in `out`, cannot be read.
    """
    from lada_explore.session.branching import at_in, path_of  # which need torch
    from lada_explore.store import RunFolder

    return at_in(RunFolder(path_of(run)), expanded(out))


def _labels(run: Path, file: Path, annotator: str, data: ImageData | str | Path | None) -> BranchLabels:
    """The labels of a file, as they are understood for the images and classes of a run.

    Raises:
        ConfigError: one of them cannot be taken.
    """
    from lada_explore.session.branching import BranchLabels

    plan = import_labels(run, file, dry_run=True, data=data)
    if plan.refused:
        n, more = len(plan.refused), len(plan.refused) - MAX_REFUSED
        told = [*plan.refused[:MAX_REFUSED], *([f"and {more} more"] if more > 0 else [])]
        raise ConfigError(
            f"{n} label{'s' * (n > 1)} of {file} cannot be taken: {'; '.join(told)}; correct the file, or leave such "
            "rows out"
        )
    taken = (VerdictKind.TAKE, VerdictKind.AGREES, VerdictKind.CONFLICT)
    labels = {row.id: row.label for row in plan.rows if row.kind in taken}
    digest = sha256(json.dumps(sorted(labels.items())).encode()).hexdigest()
    said = f"{len(labels)} of {file.name}, by {annotator} (SHA-256 {digest[:12]})"
    return BranchLabels(labels=labels, said=said, annotator=annotator)
