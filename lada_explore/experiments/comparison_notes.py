"""What is said of a comparison in sentences: what is compared, over what the intervals are, and what could not be."""

from __future__ import annotations

from collections.abc import Sequence

from lada_explore.config.differences import differences
from lada_explore.experiments.compared import (
    AccuracyRow,
    Compared,
    Over,
    RunPair,
    last_shared,
    seeds_named,
    seeds_of,
)
from lada_explore.experiments.printed import listed
from lada_explore.experiments.sides import ComparedRun, Side
from lada_explore.experiments.statistics import FEW_SEEDS
from lada_explore.records import EvaluatedOn, cycle_name


def notes_of(one: Compared, no_targets: str) -> tuple[str, ...]:
    """The sentences on a side and A.

    Args:
        one: the two sides compared.
        no_targets: why the true classes of the test images are not at hand; empty if they are.
    """
    first, pairs = one.first, one.pairs
    said = [
        _settings(first, one.second),
        _identical(one),
        _begins(pairs, one.identical),
        *_branches(one),
        *_ends(one),
        _begun(one),
        _seeds(one),
        _accuracy(one),
        *([_missing(pairs, no_targets)] if one.same_test and not one.identical else []),
        _interval(one),
        _one_start(one),
        _otherwise(pairs),
    ]
    return tuple(filter(None, said))


def _settings(first: Side, second: Side) -> str:
    """In what the settings differ; who answers and what a branch changed of the labels, which are no settings."""
    a, b = first.runs[0], second.runs[0]
    named = differences(a.config, b.config, letter=second.letter).line
    if len(first.runs) > 1 or len(second.runs) > 1:
        named = named.replace(f", seed {a.config.seed}.", ".")
    answers = ""
    if a.info.oracle != b.info.oracle:
        answers = f" Answers: {a.info.oracle} in {first.letter}, {b.info.oracle} in {second.letter}."
    parent = b.info.parent
    labels = [line for line in (parent.changed if parent is not None else ()) if line.startswith("labels")]
    return f"{named}{answers}{''.join(f' {line}.' for line in labels)}"


def _identical(one: Compared) -> str:
    if not one.identical:
        return ""
    last = min(pair.last for pair in one.pairs)
    also = " and predict the same of every test image" if any(pair.tested for pair in one.pairs) else ""
    return f"The runs are identical up to {cycle_name(last)}: they label the same images with the same classes{also}."


def _begins(pairs: Sequence[RunPair], identical: bool) -> str:
    shared = {pair.shared for pair in pairs}
    if shared == {-1}:
        return ""
    last = min(shared - {-1})
    cycles = "The start is" if last == 0 else f"Cycles 0 to {last} are"
    which = "" if len(shared) == 1 else " in some of the runs, and not in others"
    parts = "" if identical else f", so what differs begins with cycle {last + 1}"
    return f"{cycles} shared: the same records{which}{parts}."


def _branches(one: Compared) -> list[str]:
    """Sides that begin with cycles of a run that the other side does not share, which had other settings."""
    pair = one.pairs[0]
    told = []
    for side, run in ((one.first, pair.first), (one.second, pair.second)):
        if run.info.parent is not None and run.info.last_shared > pair.shared:
            told.append(f"{side.letter} is a branch: {run.info.parent.sentence()}.")
    return told


def _ends(one: Compared) -> list[str]:
    """How far runs are compared of which one has come further."""
    said = []
    for pair in one.pairs:
        a, b = pair.first.cycles[-1], pair.second.cycles[-1]
        if a != b:
            of = f" with seed {pair.seed}" if len(one.pairs) > 1 else ""
            letters = one.first.letter, one.second.letter
            said.append(
                f"{letters[0]}{of} has come to {cycle_name(a)} and {letters[1]} to {cycle_name(b)}; they are compared "
                f"up to {cycle_name(pair.last)}."
            )
    return said


def _begun(one: Compared) -> str:
    """Runs that are left out because no cycle of them is complete."""
    begun = [
        f"{side.letter} {listed(sorted(run.config.seed for run in side.begun))}"
        for side in (one.first, one.second)
        if side.begun
    ]
    return f"Seeds without a complete cycle are left out: {' and '.join(begun)}." if begun else ""


def _seeds(one: Compared) -> str:
    first, second = one.first, one.second
    if len(first.runs) == len(second.runs) == 1:
        a, b = first.runs[0].config.seed, second.runs[0].config.seed
        if a == b or one.pairs[0].shared >= 0:
            return ""
        return (
            f"The runs have the seeds {a} and {b} and began with other images, so a part of every difference is that "
            "of two seeds."
        )
    alone = [
        f"{side.letter} {listed(seeds)}"
        for side, other in ((first, second), (second, first))
        if (seeds := sorted(side.by_seed.keys() - other.by_seed.keys() - {run.config.seed for run in other.begun}))
    ]
    return f"Seeds that one side alone has are left out: {' and '.join(alone)}." if alone else ""


def _accuracy(one: Compared) -> str:
    """Why accuracies are not compared, or only some of them."""
    pairs, letters = one.pairs, (one.first.letter, one.second.letter)
    if not any(pair.tested for pair in pairs):
        runs = [run for pair in pairs for run in (pair.first, pair.second)]
        labels = [_label_counts(pairs, place) for place in (0, 1)]
        if all(labels):
            return (
                f"No number of labels is in both: {letters[0]} was tested with {listed(labels[0])} and {letters[1]} "
                f"with {listed(labels[1])} labels, so accuracies are not compared."
            )
        which = "No run" if not any(labels) else f"{runs[0 if labels[1] else 1].folder}: no cycle"
        return f"{which} has a labelled test set, so there is no accuracy to compare."
    if one.same_test:
        return ""
    records = [record for pair in pairs for both in pair.tested.values() for record in both]
    if any(record.tested_on is EvaluatedOn.HELD_OUT_ANSWERS for record in records):
        return (
            "Accuracies are on answers held out for testing, which are other images in each run; they stand side by "
            "side, and their differences are not told."
        )
    return (
        "The runs were tested on different images, so their accuracies stand side by side, and the differences are not "
        "told."
    )


def _label_counts(pairs: Sequence[RunPair], place: int) -> list[int]:
    runs = [(pair.first, pair.second)[place] for pair in pairs]
    records = [one.evaluate for run in runs for one in run.history if one.evaluate is not None]
    return sorted({record.n_labelled for record in records if record.accuracy is not None})


def _missing(pairs: Sequence[RunPair], no_targets: str) -> str:
    """Why predictions cannot be compared image by image."""
    after = [both for pair in pairs for n, both in pair.tested.items() if both[0].cycle > pair.shared]
    lacking = [a.cycle for a, b in after if not (len(a.predicted) and len(b.predicted))]
    if lacking:
        where = "" if len(lacking) == len(after) else f" everywhere, not in {cycle_name(lacking[0])}"
        return (
            f"Predictions of the test images are not recorded{where}, as in runs of an earlier version; how far the "
            "classifiers agree is not told there, and single runs have no interval."
        )
    return no_targets if after else ""


def _interval(one: Compared) -> str:
    """What the intervals are over."""
    rows: list[AccuracyRow] = [row for row in one.accuracy if row.over is not None]
    if not rows:
        return ""
    if rows[0].over is Over.TEST_IMAGES:
        return (
            f"Intervals (95 %) are over the {rows[0].n_test:,} test images: how precisely these measure the difference "
            "of two trained classifiers. They say nothing of other seeds, which can change the sign; p is of McNemar's "
            "exact test at that number of labels alone."
        )
    seeds = seeds_of(rows)
    fewest = " (the fewest where not all runs have come that far)" if len(seeds) > 1 else ""
    few = f" With fewer than {FEW_SEEDS} seeds they rest on the differences being normally distributed."
    return (
        f"Intervals (95 %) are over {seeds_named(rows)}{fewest}: Student's t of the differences, paired by seed."
        + few * (seeds[0] < FEW_SEEDS)
    )


def _one_start(one: Compared) -> str:
    """Which runs of a side are branches of one run: their shared cycles do not vary, as independent seeds would."""
    if one.overall is None and not seeds_of(one.accuracy):
        return ""
    told = []
    for side, runs in ((one.first, [p.first for p in one.pairs]), (one.second, [p.second for p in one.pairs])):
        by_start: dict[str, list[ComparedRun]] = {}
        for run in runs:
            by_start.setdefault(run.info.of_cycle(0).id, []).append(run)
        groups = [group for start, group in by_start.items() if start and len(group) > 1]
        if groups:
            n, last = sum(map(len, groups)), max(last_shared(group, group[0].cycles) for group in groups)
            which = f"the {n} runs" if n == len(runs) else f"{n} of the {len(runs)} runs"
            told.append(f"{which} of {side.letter} have {'cycle 0' if last == 0 else f'cycles 0 to {last}'} in common")
    if not told:
        return ""
    return (
        f"Branches of one run: {' and '.join(told)}, so intervals over seeds are over what follows these cycles, and "
        "leave out how the cycles themselves vary from run to run."
    )


def _otherwise(pairs: Sequence[RunPair]) -> str:
    n = sum(len(pair.asked[-1].otherwise) for pair in pairs if pair.asked)
    if not n:
        return ""
    what = "1 image that both have labelled has" if n == 1 else f"{n:,} images that both have labelled have"
    return f"{what} another label in one than in the other."
