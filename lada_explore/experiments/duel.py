"""A person against a method: from the same state each picks its images, and each trains with its own.

OUT/you/      a branch whose queries a person picks among the candidates of each cycle
OUT/method/   a branch in which the method picks, as in the run itself
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import Tensor

from lada_explore.acquisition.max_entropy import MaxEntropy
from lada_explore.config import DEFAULT_ACQUISITION, POLICIES, AcquisitionCapabilities, Method, compose, method_named
from lada_explore.config.paths import expanded
from lada_explore.errors import ConfigError
from lada_explore.experiments.branches import branch, branched_at
from lada_explore.experiments.scoreboard import Round, round_of
from lada_explore.records import CycleRecords, FloatArray, IntArray, Stage
from lada_explore.store import RecordedRun, open_run
from lada_explore.store.run_info import RUN_FILE

if TYPE_CHECKING:
    from torch import nn

    from lada_explore.acquisition import Acquisition
    from lada_explore.datasets import ImageData
    from lada_explore.labelling.oracles import Oracle
    from lada_explore.models import Frozen, Given
    from lada_explore.session.session import Session


class Picks(MaxEntropy):
    """An acquisition that chooses what a person has picked; its scores are entropies in bits, for comparison.

    Attributes:
        rows: rows of the candidates that the next query takes, in order; None while nothing is picked.
    """

    capabilities = AcquisitionCapabilities(chooses_set=True)

    def __init__(self) -> None:
        self.rows: IntArray | None = None

    def choose(self, outputs: Tensor, budget: int, *, seed: int, tick: Callable[[int, int, str], None]) -> IntArray:
        """(B,) the rows that were picked, see `BatchAcquisition.choose`. Raises ConfigError if there are not B."""
        if self.rows is None or len(self.rows) != budget:
            n = 0 if self.rows is None else len(self.rows)
            raise ConfigError(f"{n} images are picked and the query takes {budget}; pick {budget} of the candidates")
        return self.rows


class PickedPairs(MaxEntropy):
    """An acquisition that chooses the pairs that a person has picked; scores and look-ahead are those of max-entropy.

    Attributes:
        rows: rows of the candidate pairs that the next query takes, in order; None while nothing is picked.
    """

    capabilities = AcquisitionCapabilities(chooses_pairs=True)

    def __init__(self) -> None:
        self.rows: IntArray | None = None

    def choose_pairs(self, scores: FloatArray, n: int) -> IntArray:
        """(n,) the rows that were picked, see `PairAcquisition.choose_pairs`. Raises ConfigError if there are not n."""
        if self.rows is None or len(self.rows) != n:
            picked = 0 if self.rows is None else len(self.rows)
            raise ConfigError(f"{picked} pairs are picked and the query takes {n}; pick {n} of the candidates")
        return self.rows


class DuelRuns:
    """The two branches of a duel, and the scoreboard. A duel that is in OUT already goes on.

    Both begin with the labels and weights after the same cycle, and draw the candidates of the first round with the
    same seed, so they choose among the same images. Later candidates differ as the labelled images do. Both train in
    the same way: with a method that augments what it has acquired, the person's images are augmented too.

    Args:
        run: the run to begin from: its path, a session, its worker, or what `open_run` returns.
        out: folder of the two branches.
        at: cycle after which it begins; when None that of the duel in `out`, or the last complete one.
        method: the opponent; the run's own method when None.
        rounds: number of cycles; when None those of the duel in `out`, or as many as the run has left, or 5 if it has
            none.
        oracle: who answers the person's query: "person" to label the images oneself; as in the run when None. The
            method's query is answered as in the run.
        data, classifier: what was handed over to the run, if anything.
        acquisition: an object in place of the opponent's acquisition; one that was handed over to the run has to be
            given again. The person's side has none of it.
        pairs: whether the person picks whole pairs, which her run looks ahead at and mixes as the method's does, so
            that the two differ in nothing but who chooses; for methods of pairs by max-entropy.
        device, threads: as for `open_session`.

    Attributes:
        yours, theirs: the two sessions.
        pairs: whether the person picks pairs.

    Raises:
        ConfigError: see `lada_explore.branch`; a person answers in the run, so that nobody could answer the method; the
            method's augmentation does not work without its own choice of images; or `pairs` for a method without pairs
            or with another acquisition.
        LadaError: as for `lada_explore.branch`.
    """

    def __init__(
        self,
        run: Any,
        out: str | Path,
        *,
        at: int | None = None,
        method: str | Method | None = None,
        rounds: int | None = None,
        oracle: Oracle | str | None = None,
        data: ImageData | str | Path | None = None,
        acquisition: Acquisition | None = None,
        classifier: nn.Module | Given | Frozen | None = None,
        pairs: bool = False,
        device: str = "auto",
        threads: int | None = None,
    ) -> None:
        from lada_explore.session.branching import path_of

        parent = open_run(path_of(run))
        if parent.info.asks_a_person:
            raise ConfigError(
                f"a person answers in {parent.path}, so nobody can answer the method's query; begin a duel from a run "
                "whose images have labels"
            )
        opponent = parent.config.method if method is None else method
        if pairs and acquisition is not None:
            raise ConfigError(
                "pairs cannot be picked against an acquisition of one's own, which ranks them by other values than the "
                "person sees; leave acquisition out, or pick single images with pairs=False"
            )
        own = own_method(method_named(opponent) if isinstance(opponent, str) else opponent, pairs=pairs)
        self.pairs, folder = pairs, expanded(out)
        self._picks = PickedPairs() if pairs else Picks()
        begin, last = _cycles_of(parent, folder / "method", at, rounds)
        shared: dict[str, Any] = {"at": begin, "cycles": last, "data": data, "classifier": classifier}
        shared |= {"device": device, "threads": threads}
        is_new = not folder.exists(), not (folder / "method").exists()
        self.theirs: Session = branch(run, folder / "method", method=method, acquisition=acquisition, **shared)
        try:
            self.yours: Session = branch(
                run, folder / "you", method=own, acquisition=self._picks, oracle=oracle, **shared
            )
        except BaseException:
            self.theirs.close()
            for made, path in zip(is_new, (folder, folder / "method"), strict=True):
                if made:  # Half a duel would be in the way of the same call, mended.
                    shutil.rmtree(path, ignore_errors=True)
            raise

    @property
    def budget(self) -> int:
        """Number of images that each picks in a round."""
        return self.yours.config.schedule.budget

    @property
    def over(self) -> bool:
        """Whether both have had all of their rounds."""
        return self.yours.next_stage is None and self.theirs.next_stage is None

    @property
    def under_way(self) -> bool:
        """Whether images are picked that not both have trained after yet, so that `play` has to go on."""
        picked = self.yours.next_stage in (Stage.QUERY, Stage.TRAIN, Stage.EVALUATE)
        return picked or (self.theirs.next_stage is not None and self.theirs.cycle <= self._played)

    @property
    def _played(self) -> int:
        """The last cycle that the person's run has finished."""
        return max(records.cycle for records in self.yours.history if records.evaluate is not None)

    @property
    def waits_for_labels(self) -> bool:
        """Whether a person has to label what was picked before the round goes on."""
        return len(self.yours.open_query) > 0

    def candidates(self) -> IntArray:
        """(M,) ids of the images to pick from in this round, which are drawn now if they are not yet.

        Raises:
            ConfigError: the duel is over, or the query of this round is chosen already.
        """
        if self.yours.next_stage is None:
            raise ConfigError(f"the duel is over after cycle {self.yours.cycle}; look at its scoreboard")
        while self.yours.next_stage in (Stage.SUBSAMPLE, Stage.SCORE, Stage.LOOK_AHEAD):
            self.yours.step()
        records = self.yours.history[-1]
        if self.yours.next_stage is not Stage.SELECT or records.subsample is None:
            raise ConfigError(f"the images of cycle {self.yours.cycle} are picked already; go on with the round")
        return records.subsample.subset_ids

    def candidate_pairs(self) -> IntArray:
        """(P, 2) ids of the pairs to pick from in this round, in the order in which they were drawn.

        Raises:
            ConfigError: as for `candidates`.
        """
        self.candidates()
        records = self.yours.history[-1].subsample
        assert records is not None
        return records.pair_ids

    def pick(self, ids: Sequence[int]) -> None:
        """Pick the images of this round; nothing is computed yet.

        Args:
            ids: (B,) distinct ids of candidates, in the order in which they shall be labelled. Where pairs are picked,
                each two that follow each other are a candidate pair.

        Raises:
            ConfigError: another number of images, one twice, or an image or a pair that is no candidate.
        """
        candidates = self.candidates()
        picked = np.asarray(list(ids), dtype=np.int64)
        if len(picked) != self.budget:
            raise ConfigError(f"{len(picked)} images are picked and the query takes {self.budget}; pick {self.budget}")
        if len(set(picked.tolist())) < len(picked):
            raise ConfigError(f"an image is picked twice in {picked.tolist()}; pick {self.budget} different ones")
        if self.pairs:
            self._picks.rows = self._rows_of_pairs(picked)
            return
        row_of = {int(i): row for row, i in enumerate(candidates)}
        if strangers := [int(i) for i in picked if int(i) not in row_of]:
            raise ConfigError(f"image {strangers[0]} is no candidate of cycle {self.yours.cycle}; pick one that is")
        self._picks.rows = np.array([row_of[int(i)] for i in picked], dtype=np.int64)

    def _rows_of_pairs(self, picked: IntArray) -> IntArray:
        """Rows of the picked pairs among the candidates. Raises ConfigError for one that is no candidate."""
        row_of = {tuple(pair): row for row, pair in enumerate(self.candidate_pairs().tolist())}
        chosen = [tuple(pair) for pair in picked.reshape(-1, 2).tolist()]
        if strangers := [pair for pair in chosen if pair not in row_of]:
            first, second = strangers[0]
            raise ConfigError(
                f"{first} and {second} are no candidate pair of cycle {self.yours.cycle}; pick one that is"
            )
        return np.array([row_of[pair] for pair in chosen], dtype=np.int64)

    def play(self) -> bool:
        """Run the round of both to its end, or go on with one that was cut short.

        Returns:
            False if a person has to label the picked images first.

        Raises:
            ConfigError: nothing is picked.
            StageStopped: a session was closed meanwhile.
        """
        if self.theirs.next_stage is None or self.theirs.cycle > self._played:
            self.yours.run(until=self.yours.cycle)
            if self.waits_for_labels:
                return False
            self._picks.rows = None
        self.theirs.run(until=self._played)
        return True

    def scoreboard(self) -> tuple[Round, ...]:
        """A line for the state that both began with, and one for each cycle after it in which one of them has asked."""
        yours, theirs = (
            {records.cycle: records for records in session.history} for session in (self.yours, self.theirs)
        )
        begin = self.yours.folder.info.last_shared
        return tuple(
            round_of(cycle, yours.get(cycle), theirs.get(cycle), first=cycle == begin)
            for cycle in sorted(yours.keys() | theirs.keys())
            if cycle == begin or (cycle > begin and any(_asked(side.get(cycle)) for side in (yours, theirs)))
        )

    def close(self) -> None:
        """Close both sessions; the same call opens the duel again."""
        self.yours.close()
        self.theirs.close()


ROUNDS = 5
"""Rounds of a duel that begins where its run ends (ours)."""


def own_method(method: Method, *, pairs: bool = False) -> Method:
    """The method of a person who picks single images, or pairs, and trains with them as `method` does.

    Raises:
        ConfigError: its augmentation needs pairs or images that the method itself has chosen; or pairs are to be picked
            against a method that has none, or whose acquisition is not max-entropy.
    """
    if pairs and not (method.uses_pairs and method.acquisition == DEFAULT_ACQUISITION):
        raise ConfigError(
            f"pairs cannot be picked against {method.name}: only against a method of pairs whose acquisition is "
            f"{DEFAULT_ACQUISITION}, such as lada-entmix; pick single images instead, with pairs=False"
        )
    if pairs:
        return method
    policy = str(method.policy) if POLICIES[method.policy].pipelined else None
    return compose(DEFAULT_ACQUISITION, method.augmentation, policy, look_ahead=False)


def _cycles_of(parent: RecordedRun, theirs: Path, at: int | None, rounds: int | None) -> tuple[int, int]:
    """The cycle after which a duel begins, and its last one; as in the duel that is there where neither is given."""
    there = open_run(theirs) if (theirs / RUN_FILE).exists() else None
    at = branched_at(parent, theirs) if at is None else at
    done = [records.cycle for records in parent.history if records.evaluate is not None]
    begin = max(done, default=0) if at is None else at
    if rounds is not None:
        return begin, begin + _at_least_one(rounds)
    last = parent.config.schedule.cycles if there is None else there.config.schedule.cycles
    return begin, last if last > begin else begin + ROUNDS


def _at_least_one(rounds: int) -> int:
    if rounds < 1:
        raise ConfigError(f"rounds is {rounds}; a duel has at least 1")
    return rounds


def _asked(records: CycleRecords | None) -> bool:
    return records is not None and records.query is not None
