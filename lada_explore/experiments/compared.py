"""Two sides of a comparison, worked out from their records: accuracy, what was asked, tau*, and predictions.

Needs no torch. `experiments.compare` reads the runs and the true classes of the test images.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis.paired_cycles import (
    AskedInCycle,
    TauOfCycle,
    Tested,
    agreement_of,
    asked_by_cycle,
    share_right,
    tau_of_cycles,
)
from lada_explore.errors import ConfigError
from lada_explore.experiments.paired import At, Difference, Row, accuracy_rows, differences_of
from lada_explore.experiments.sides import ComparedRun, Side
from lada_explore.experiments.statistics import paired_interval, paired_shares
from lada_explore.records import EvaluatedOn, EvaluateRecord, IntArray


class Over(StrEnum):
    """What an interval is over: the sampling of seeds, or that of test images, which says nothing of other seeds."""

    SEEDS = "seeds"
    TEST_IMAGES = "test images"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunPair:
    """A run of each side: of one seed where the sides have several.

    Attributes:
        first, second: the runs, A's and the other side's.
        shared: the last cycle of those whose records are the same, because both begin with one run; -1 without any.
        cycles: complete cycles of both.
        asked: what each labelled, by cycle.
        tau: distributions of tau* of the first and of the second, by cycle of either; None where one has none.
        tested: by number of labels, the evaluation of each.
    """

    first: ComparedRun
    second: ComparedRun
    shared: int
    cycles: tuple[int, ...]
    asked: tuple[AskedInCycle, ...]
    tau: Mapping[int, tuple[TauOfCycle | None, TauOfCycle | None]]
    tested: Mapping[int, tuple[EvaluateRecord, EvaluateRecord]]

    @property
    def seed(self) -> int:
        """The seed of A's run."""
        return self.first.config.seed

    @property
    def last(self) -> int:
        """The last cycle that is compared."""
        return self.cycles[-1]

    def labels_of(self, cycle: int) -> tuple[Mapping[int, int], Mapping[int, int]]:
        """Labels that the first and the second gave in a cycle, by id."""
        queries = [r.query for run in (self.first, self.second) for r in run.history if r.cycle == cycle]
        mine, theirs = (
            {} if query is None else dict(zip(query.ids.tolist(), query.labels.tolist(), strict=True))
            for query in queries
        )
        return mine, theirs

    @property
    def identical(self) -> bool:
        """Whether both labelled the same images with the same classes and predicted the same of the test images."""
        same = all(not (one.only_a or one.only_b or one.otherwise) for one in self.asked)
        pairs = self.tested.values()
        return same and all(
            a.accuracy == b.accuracy and len(a.predicted) and np.array_equal(a.predicted, b.predicted) for a, b in pairs
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracyRow:
    """Accuracy of both sides at one number of labels, or its mean.

    Attributes:
        at: number of labelled images, or `At.MEAN`: over all numbers of labels after those that are shared.
        n_runs: number of pairs of runs.
        first, second: mean test accuracies in [0, 1] of A and of the other side over these runs.
        shared: whether the records are the same, so that there is nothing to compare.
        difference: second minus first; None where the two were tested on different images.
        lower, upper: ends of its 95 % interval; None without one.
        over: what the interval and p are over; None without an interval.
        p: two-sided p-value of no difference at this number of labels alone; None where it is not computed.
        n_test: test images; 0 where the two were tested on different ones.
        differ: mean share of test images for which the two predictions are not the same; None where not recorded.
        only_first, only_second: mean shares of test images that one of the two alone classified correctly; None where
            the true classes are not at hand.
    """

    at: int | At
    n_runs: int
    first: float
    second: float
    shared: bool = False
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None
    over: Over | None = None
    p: float | None = None
    n_test: int = 0
    differ: float | None = None
    only_first: float | None = None
    only_second: float | None = None

    @property
    def same(self) -> bool:
        """Whether every prediction is the same in both, so that there is no interval."""
        return self.differ == 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """A side, B or another, compared with A.

    Attributes:
        first, second: A and the other side.
        pairs: the runs that are compared, by seed.
        accuracy: one row for each number of labels that both have, from the last shared one on, then the mean.
        overall: the mean difference, by resampling seeds and test images; None for a single pair of runs and without
            recorded predictions.
        same_test: whether both were tested on the same images.
        notes: sentences on what is compared, and on what could not be.
    """

    first: Side
    second: Side
    pairs: tuple[RunPair, ...]
    accuracy: tuple[AccuracyRow, ...]
    overall: Difference | None
    same_test: bool
    notes: tuple[str, ...] = field(default=())

    @property
    def identical(self) -> bool:
        """Whether every run is identical to the one that it is compared with, as far as both have come."""
        comparable = self.same_test or not any(pair.tested for pair in self.pairs)
        return comparable and all(pair.identical for pair in self.pairs)


def pair_up(first: Side, second: Side) -> tuple[RunPair, ...]:
    """The runs of two sides that are compared: those of one seed; two single runs whatever their seeds are.

    Raises:
        ConfigError: the sides have no seed in common, or a pair of runs no complete cycle.
    """
    if len(first.runs) == len(second.runs) == 1:
        return (_pair(first.runs[0], second.runs[0]),)
    mine, theirs = first.by_seed, second.by_seed
    if not (seeds := sorted(mine.keys() & theirs.keys())):
        a, b = (", ".join(map(str, sorted(side))) for side in (mine, theirs))
        raise ConfigError(
            f"side {first.letter} has the seeds {a} and side {second.letter} {b}: none in common, but runs are paired "
            "by seed; give runs with the same seeds"
        )
    return tuple(_pair(mine[seed], theirs[seed]) for seed in seeds)


def _pair(first: ComparedRun, second: ComparedRun) -> RunPair:
    for run in (first, second):
        if not run.cycles:
            raise ConfigError(f"no cycle of {run.path} is complete yet, so there is nothing to compare; run cycle 0")
    cycles = tuple(sorted(set(first.cycles) & set(second.cycles)))
    tau_a, tau_b = tau_of_cycles(first.history), tau_of_cycles(second.history)
    return RunPair(
        first=first,
        second=second,
        shared=last_shared((first, second), cycles),
        cycles=cycles,
        asked=asked_by_cycle(first.history, second.history, cycles),
        tau={cycle: (tau_a.get(cycle), tau_b.get(cycle)) for cycle in cycles if cycle in tau_a or cycle in tau_b},
        tested=_by_labels(first, second),
    )


def last_shared(runs: Sequence[ComparedRun], cycles: Sequence[int]) -> int:
    """The last of the cycles that one run made for all of these; -1 without any."""
    last = -1
    for cycle in cycles:
        made = {run.info.of_cycle(cycle).id for run in runs}
        if len(made) > 1 or made == {""}:
            break
        last = cycle
    return last


def _by_labels(first: ComparedRun, second: ComparedRun) -> dict[int, tuple[EvaluateRecord, EvaluateRecord]]:
    """Evaluations of both by number of labels; of several with one number the last."""
    mine, theirs = (
        {one.n_labelled: one for r in run.history if (one := r.evaluate) is not None and one.accuracy is not None}
        for run in (first, second)
    )
    return {n: (mine[n], theirs[n]) for n in sorted(mine.keys() & theirs.keys())}


def same_test_images(pairs: Sequence[RunPair]) -> bool:
    """Whether all these runs were tested on the same images: a test set, and one only."""
    records = [record for pair in pairs for both in pair.tested.values() for record in both]
    checksums = {run.info.test_checksum for pair in pairs for run in (pair.first, pair.second)}
    on_test_set = all(record.tested_on is EvaluatedOn.TEST_SET for record in records)
    return on_test_set and len(checksums) == 1 and len({record.n_test for record in records}) == 1


def seeds_of(rows: Sequence[AccuracyRow]) -> range:
    """From the fewest to the most seeds that an interval of these rows is over; empty without an interval."""
    counts = [row.n_runs for row in rows if row.over is Over.SEEDS]
    return range(min(counts), max(counts) + 1) if counts else range(0)


def seeds_named(rows: Sequence[AccuracyRow]) -> str:
    """Over how many seeds the intervals of these rows are: "5 seeds", or "2 to 5 seeds" where some runs end early."""
    seeds = seeds_of(rows)
    return f"{seeds[-1]} seeds" if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]} seeds"


def accuracy_of(pairs: Sequence[RunPair], same: bool, targets: IntArray | None) -> tuple[AccuracyRow, ...]:
    """The accuracies of two sides at each number of labels that both have, then their mean.

    Of a single pair of runs the interval is over test images, see `statistics.paired_shares`; its mean has Student's
    over the images' mean differences. Of more pairs it is Student's over seeds, see `statistics.paired_interval`, and
    a number of labels that a single pair has come to has none.

    Args:
        pairs: runs of the two sides.
        same: whether all were tested on the same images.
        targets: (T,) true classes of these; None where they are not at hand.
    """
    curves: dict[str, dict[int, dict[int, float]]] = {"first": {}, "second": {}}
    for pair in pairs:
        begin = _begin(pair)
        for place, name in enumerate(curves):
            curves[name][pair.seed] = {n: _accuracy(both[place]) for n, both in pair.tested.items() if n >= begin}
    rows = {(row.at, row.method): row for row in accuracy_rows(curves, "first")}
    found = []
    for at in dict.fromkeys(at for at, _ in rows if at is not At.BEST):
        a, b = rows[at, "first"], rows[at, "second"]
        found.append(_row(at, a, b, pairs) if not same else _with_interval(_row(at, a, b, pairs), b, pairs, targets))
    return tuple(found)


def _begin(pair: RunPair) -> int:
    """The number of labels from which a pair of runs is compared: that of the last shared cycle, or the first."""
    shared = [n for n, (a, _) in pair.tested.items() if a.cycle <= pair.shared]
    return max(shared) if shared else min(pair.tested, default=0)


def _accuracy(record: EvaluateRecord) -> float:
    if record.accuracy is None:
        raise ValueError(f"cycle {record.cycle} has no accuracy")
    return record.accuracy


def _row(at: int | At, first: Row, second: Row, pairs: Sequence[RunPair]) -> AccuracyRow:
    """The accuracies alone."""
    there = [pair for pair in pairs if at in pair.tested]
    shared = bool(there) and all(pair.tested[int(at)][0].cycle <= pair.shared for pair in there)
    return AccuracyRow(at=at, n_runs=second.seeds, first=first.accuracy, second=second.accuracy, shared=shared)


def _with_interval(row: AccuracyRow, second: Row, pairs: Sequence[RunPair], targets: IntArray | None) -> AccuracyRow:
    """A row with the difference, its interval and how far the predictions agree."""
    row = replace(row, difference=second.difference, n_test=next(iter(pairs[0].tested.values()))[0].n_test)
    # Where both predict the same, neither is right alone.
    alone = None if targets is None else 0.0
    if row.shared:
        return replace(row, difference=0.0, differ=0.0, only_first=alone, only_second=alone)
    seeds = replace(row, lower=second.lower, upper=second.upper, over=Over.SEEDS) if row.n_runs > 1 else row
    if isinstance(row.at, At):
        return seeds if len(pairs) > 1 else _mean_over_images(row, pairs[0], targets)
    agree = [agreement_of(*pair.tested[row.at], targets) for pair in pairs if row.at in pair.tested]
    if all(one.differ == 0 for one in agree):
        return replace(row, difference=0.0, differ=0.0, only_first=alone, only_second=alone)
    row = seeds
    row = replace(row, differ=_mean([one.differ for one in agree], row.n_test))
    row = replace(row, only_first=_mean([one.only_a for one in agree], row.n_test))
    row = replace(row, only_second=_mean([one.only_b for one in agree], row.n_test))
    return row if len(pairs) > 1 else _over_images(row, agree[0])


def _over_images(row: AccuracyRow, agree: Tested) -> AccuracyRow:
    if agree.only_a is None or agree.only_b is None:
        return row
    found = paired_shares(agree.only_a, agree.only_b, agree.n)
    return replace(
        row, difference=found.difference, lower=found.lower, upper=found.upper, p=found.p, over=Over.TEST_IMAGES
    )


def _mean_over_images(row: AccuracyRow, pair: RunPair, targets: IntArray | None) -> AccuracyRow:
    shares = _shares_right(pair, targets)
    interval = None
    if shares is not None and (shares[1] != shares[0]).any():
        interval = paired_interval(shares[1] - shares[0])
    return row if interval is None else replace(row, lower=interval[0], upper=interval[1], over=Over.TEST_IMAGES)


def _shares_right(pair: RunPair, targets: IntArray | None) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """(T,) shares of the compared evaluations that were right of each test image, for both runs; None if not known."""
    begin = _begin(pair)
    after = [both for n, both in pair.tested.items() if n > begin]
    if targets is None:
        return None
    a, b = (share_right([both[place] for both in after], targets) for place in (0, 1))
    return None if a is None or b is None else (a, b)


def _mean(counts: Sequence[int | None], whole: int) -> float | None:
    known = [count for count in counts if count is not None]
    return sum(known) / len(known) / whole if known and len(known) == len(counts) and whole else None


def overall_of(compared: Sequence[Compared], targets: IntArray | None) -> list[Compared]:
    """The same with their overall differences, all corrected together for as many comparisons as there are."""
    names, right = list[tuple[str, str]](), dict[str, dict[int, NDArray[np.float64]]]()
    for one in compared:
        if not one.same_test or len(one.pairs) < 2:
            continue
        mine, theirs = f"{one.first.letter}{one.second.letter}", one.second.letter
        longest = max((len(pair.tested) for pair in one.pairs), default=0)
        for pair in one.pairs:
            shares = _shares_right(pair, targets) if len(pair.tested) == longest else None
            if shares is not None:
                right.setdefault(mine, {})[pair.seed], right.setdefault(theirs, {})[pair.seed] = shares
        names.append((theirs, mine))
    by_second = {difference.method: difference for difference in differences_of(right, names)}
    return [replace(one, overall=by_second.get(one.second.letter)) for one in compared]
