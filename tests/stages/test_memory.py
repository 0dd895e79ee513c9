"""What a stage does when memory runs out in the middle of it."""

import numpy as np
import pytest
import torch
from helpers.own_networks import seeded
from helpers.small_runs import small_config, small_data, small_session

from lada_explore.errors import OutOfMemoryError
from lada_explore.models import Classifier
from lada_explore.records import Stage
from lada_explore.runtime.memory import ran_out_of_memory, within_memory
from lada_explore.session.session import Session

REFUSED = "[enforce fail at alloc_cpu.cpp:119] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to ..."


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (RuntimeError(REFUSED), True),
        (RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_running_out_of_memory_is_told_from_other_failures(error, expected):
    assert ran_out_of_memory(error) is expected


def test_an_attempt_is_repeated_with_half_as_much_until_it_fits_and_says_so(caplog):
    sizes = [100]

    def attempt():
        if sizes[-1] > 20:
            raise RuntimeError(REFUSED)
        return sizes[-1]

    def halve():
        sizes.append(sizes[-1] // 2)
        return True

    assert within_memory(attempt, halve=halve, what="Score", remedy="", device=torch.device("cpu")) == 12
    assert sizes == [100, 50, 25, 12]
    assert [record.getMessage() for record in caplog.records] == 3 * [
        "Score ran out of memory on cpu and begins again with half as many at a time; last digits may differ by that"
    ]


def test_the_failed_attempt_no_longer_holds_its_tensors_when_the_next_one_begins():
    alive = []

    class Large:
        def __init__(self):
            alive.append(1)

        def __del__(self):
            alive.pop()

    def attempt():
        assert alive == []
        large = Large()
        if not halved:
            raise MemoryError
        return large

    halved = []
    within_memory(attempt, halve=lambda: not halved.append(1), what="", remedy="", device=torch.device("cpu"))


@pytest.fixture
def refusing(monkeypatch):
    """Lets no pass of more than some images through a classifier; gives the sizes that were tried."""

    def refuse(most, networks):
        tried = []
        through = networks.folded

        def folded():
            classifier = through()
            classifier.register_forward_pre_hook(weigh)
            for segment in classifier.segments:
                segment.register_forward_pre_hook(weigh)
            return classifier

        def weigh(module, args):
            tried.append(len(args[0]))
            if len(args[0]) > most:
                raise RuntimeError(REFUSED)

        monkeypatch.setattr(networks, "folded", folded)
        return tried

    return refuse


@pytest.mark.slow
def test_stages_that_run_out_of_memory_go_on_with_smaller_passes_and_find_the_same(tmp_path, refusing):
    whole = small_session(tmp_path / "whole", cycles=1)
    whole.run()
    tight = small_session(tmp_path / "tight", cycles=1)
    tried = refusing(3, tight._runner.networks)
    tight.run()
    assert max(tried) > 3
    assert tight._runner.networks.scoring_chunk() <= 3
    ours, theirs = tight.history[-1], whole.history[-1]
    np.testing.assert_allclose(ours.score.scores, theirs.score.scores, atol=1e-4)
    np.testing.assert_allclose(ours.look_ahead.value, theirs.look_ahead.value, atol=1e-4)
    assert ours.select.query_ids.tolist() == theirs.select.query_ids.tolist()
    whole.close()
    tight.close()


@pytest.mark.slow
def test_a_stage_that_does_not_fit_at_all_is_one_sentence_and_nothing_of_it_is_kept(tmp_path, refusing):
    session = small_session(tmp_path / "run", cycles=1)
    while session.next_stage is not Stage.SCORE:
        session.step()
    refusing(0, session._runner.networks)
    with pytest.raises(OutOfMemoryError) as caught:
        session.step()
    said = str(caught.value)
    assert said.startswith("Score of cycle 1 needs more memory than cpu has free (")
    assert said.endswith("resume, or start a run with a smaller classifier.width or a smaller schedule.subset_size")
    assert session.next_stage is Stage.SCORE
    session.close()


@pytest.mark.parametrize(("own", "network"), [(False, "a smaller classifier.width"), (True, "another classifier.kind")])
def test_a_training_that_runs_out_of_memory_names_the_batch_size(tmp_path, monkeypatch, own, network):
    given = Classifier.from_module(seeded(), segments=["conv1", "conv2"]) if own else None
    config = small_config("lada-entmix", cycles=1)
    session = Session.create(config, tmp_path / "run", data=small_data(), classifier=given)
    while session.next_stage is not Stage.TRAIN:
        session.step()

    def refuse(*args, **options):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr("lada_explore.stages.train_cycle.train", refuse)
    with pytest.raises(OutOfMemoryError, match=f"Train of the start .* {network} or a smaller training.batch_size"):
        session.step()
    session.close()
