"""Where the hint of `EnoughChart` would have stopped, against the plateau that the test set shows.

    python benchmarks/stopping.py --folder runs/stopping --json stopping.json

The runs are made in the folder unless they are there. The plateau of a run begins with the first labels at which the
test accuracy, averaged over three cycles, is within a point of its end, the mean of the last five cycles. A rule stops
where it says so first. LAG and GAIN_TO_STOP of `analysis/stopping.py` were chosen by the runs that are marked so, and
judged by the others. The bundled run stands beside them: it has no stop set, only candidates that two cycles drew.
"""

from __future__ import annotations

import statistics
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from common import finish, parser

from lada_explore import open_run, open_session
from lada_explore.analysis import accuracy_by_labels, cohen_kappa, stopping
from lada_explore.analysis.stopping import GAIN_TO_STOP, KAPPA_TO_STOP, LAG, WINDOW
from lada_explore.runtime import Runtime

WITHIN, SMOOTHED, LAST = 0.01, 3, 5
"""Points below the end that are the plateau, cycles that are averaged, and those at the end."""

BUNDLED = Path(__file__).resolve().parents[1] / "data" / "runs" / "demo"


@dataclass(frozen=True, slots=True)
class Tried:
    """A run to try the hint on; `chosen` if its numbers were chosen by it."""

    preset: str
    method: str
    seed: int
    budget: int
    cycles: int
    chosen: bool = False

    @property
    def name(self) -> str:
        """Name of its folder."""
        return f"{self.preset}-{self.method}-{self.budget}-{self.seed}"


RUNS = (
    Tried("demo-pretrained", "lada-entmix", 0, 10, 60, chosen=True),
    Tried("demo-pretrained", "random", 0, 10, 60, chosen=True),
    Tried("demo-pretrained", "lada-entmix", 0, 50, 40, chosen=True),
    Tried("demo-pretrained", "lada-entmix", 1, 10, 60),
    Tried("demo-pretrained", "random", 0, 50, 40),
    Tried("demo", "lada-entmix", 0, 50, 30),
)


def main() -> None:
    options = parser("Labels at which the stopping hint says enough, against the plateau of the test accuracy.")
    options.add_argument("--folder", type=Path, default=Path("runs/stopping"), help="where the runs are, or are made")
    options.add_argument("--runs", nargs="+", default=[run.name for run in RUNS], help="those of the runs to try")
    given = options.parse_args()
    runtime = Runtime.choose(given.device, given.precision)
    tried = [run for run in RUNS if run.name in given.runs]
    found = {run.name: {"chosen": run.chosen} | outcome(made(run, given.folder)) for run in tried}
    results = {
        "runs": found | {"bundled": {"chosen": False} | outcome(BUNDLED)},
        "rules": {"kappa": KAPPA_TO_STOP, "pairs": WINDOW, "gain": GAIN_TO_STOP, "lag": LAG},
        "plateau": {"within": WITHIN, "smoothed_cycles": SMOOTHED, "last_cycles": LAST},
    }
    finish("stopping", results, runtime, given.json)


def made(run: Tried, folder: Path) -> Path:
    """The folder of a run, made if it is not there, and gone on with if it is not complete."""
    settings = {"schedule.budget": run.budget, "schedule.cycles": run.cycles}
    place = folder / run.name
    session = open_session(place, preset=run.preset, method=run.method, seed=run.seed, settings=settings)
    with closing(session):
        session.run()
    return place


def outcome(place: Path) -> dict[str, Any]:
    """Plateau, and for each rule labels where it stops, those after the plateau, and accuracy still to come."""
    history = open_run(place).history
    measured, found = accuracy_by_labels(history), stopping(history)
    smooth = np.array([measured.accuracy[max(0, i - SMOOTHED + 1) : i + 1].mean() for i in range(len(measured.cycles))])
    end = float(measured.accuracy[-LAST:].mean())
    plateau = int(measured.n_labelled[np.argmax(smooth >= end - WITHIN)])
    at = dict(zip(measured.n_labelled.tolist(), smooth.tolist(), strict=True))

    def stop(says: np.ndarray) -> dict[str, Any]:
        if not says.any():
            return {"labels": None, "after_plateau": None, "still_to_gain": None}
        labels = int(found.n_labelled[np.argmax(says)])
        return {"labels": labels, "after_plateau": labels - plateau, "still_to_gain": end - at[labels]}

    kappas = found.mean_kappa[np.isfinite(found.mean_kappa)]
    return {
        "labels": int(measured.n_labelled[-1]),
        "end_accuracy": end,
        "plateau_labels": plateau,
        "images": int(np.median(found.n)),
        "on_stop_set": found.on_stop_set,
        "largest_mean_kappa": float(kappas.max()),
        "kappa_beside_test": kappa_beside_test(place),
        "kappa_rule": stop(found.stable),
        "gain_rule": stop(found.settled),
    }


def kappa_beside_test(place: Path) -> float | None:
    """Mean difference in size between kappa on the stop set and on the test images; None if one is not recorded."""
    history = open_run(place).history
    tested = {records.cycle: records.evaluate for records in history if records.evaluate is not None}
    found = stopping(history)
    gaps = [
        abs(kappa - cohen_kappa(tested[cycle - 1].predicted, tested[cycle].predicted))
        for cycle, kappa in zip(found.cycles.tolist(), found.kappa.tolist(), strict=True)
        if cycle in tested and len(tested[cycle].predicted)
    ]
    return statistics.mean(gaps) if gaps else None


if __name__ == "__main__":
    main()
