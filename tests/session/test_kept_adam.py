"""A run with one Adam: its state goes from cycle to cycle, and through the checkpoint into another process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from helpers.sessions import at, resume
from helpers.small_runs import copied, cut_before, record_bytes
from safetensors.torch import load_file

from lada_explore.records import Stage
from lada_explore.store.run_info import settings_named_in

KEPT = {"training__optimiser_life": "kept"}
STEPS = "optimiser.step.head.weight"


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A finished run of two cycles whose Adam is kept."""
    out = tmp_path_factory.mktemp("kept") / "run"
    session = at(out, 0, Stage.SELECT, **KEPT)
    session.run()
    session.close()
    return out


def saved(run: Path, cycle: int) -> dict[str, torch.Tensor]:
    return load_file(run / "cycles" / f"{cycle:03d}" / "train" / "checkpoint.safetensors")


def test_adam_counts_its_steps_and_keeps_its_averages_through_the_run(kept):
    # Two epochs: 6, 10 and 14 labels in batches of 10 (14 make 10 and 4), and a virtual batch from cycle 1 on.
    assert [saved(kept, cycle)[STEPS].item() for cycle in (0, 1, 2)] == [2, 2 + 2 * 2, 6 + 2 * 3]
    for cycle in (0, 1, 2):
        assert saved(kept, cycle)["optimiser.exp_avg.head.weight"].abs().max() > 0
        assert (saved(kept, cycle)["optimiser.exp_avg_sq.head.weight"] >= 0).all()


@pytest.mark.slow
def test_a_run_that_goes_on_in_another_process_is_that_which_was_never_interrupted(kept, tmp_path):
    for stage in (Stage.TRAIN, Stage.EVALUATE):
        out = tmp_path / stage.value
        session = at(out, 1, stage, **KEPT)
        session.close()
        program = "import sys; from helpers.sessions import resume; s = resume(sys.argv[1]); s.run(); s.close()"
        tests = Path(__file__).resolve().parents[1]
        words = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tests)!r}); {program}", str(out)]
        subprocess.run(words, check=True, timeout=120)
        assert record_bytes(out) == record_bytes(kept)


def test_a_run_taken_back_goes_on_with_the_state_of_that_cycle(kept, tmp_path):
    out = copied(kept, tmp_path / "run")
    cut_before(out, 1, Stage.SELECT)
    session = resume(out)
    session.run()
    session.close()
    assert record_bytes(out) == record_bytes(kept)


def test_a_run_made_before_there_was_a_choice_of_optimisers_goes_on_as_it_was(kept, tmp_path):
    out = copied(kept, tmp_path / "run")
    info = json.loads((out / "run.json").read_text())
    for name in ("optimiser_life", "momentum", "weight_decay", "schedule", "class_weights", "patience"):
        del info["config"]["training"][name]
    info["config"]["training"]["optimiser"] = "kept"
    (out / "run.json").write_text(json.dumps(info))
    cut_before(out, 2, Stage.TRAIN)
    assert {"training.optimiser", "training.optimiser_life"} <= settings_named_in(out)
    assert "training.momentum" not in settings_named_in(out)
    session = resume(out)
    assert (session.config.training.optimiser, session.config.training.optimiser_life) == ("adam", "kept")
    session.run()
    session.close()
    assert record_bytes(out) == record_bytes(kept)


def test_a_training_that_is_stopped_leaves_the_state_as_it_was(kept, tmp_path):
    session = at(tmp_path / "run", 2, Stage.TRAIN, **KEPT)
    points = []

    def stop():
        points.append(None)
        if len(points) > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        session.step(stop)
    session.run()
    session.close()
    assert record_bytes(tmp_path / "run") == record_bytes(kept)


def test_a_new_adam_trains_other_weights_from_the_second_training_on_and_saves_no_state(kept, tmp_path):
    session = at(tmp_path / "run", 2, Stage.SUBSAMPLE)
    session.close()
    first, second = saved(tmp_path / "run", 0), saved(tmp_path / "run", 1)
    assert not any(name.startswith("optimiser.") for name in first)
    assert torch.equal(first["head.weight"], saved(kept, 0)["head.weight"])
    assert not torch.equal(second["head.weight"], saved(kept, 1)["head.weight"])


def test_with_first_weights_in_each_cycle_adam_is_new_in_each_cycle_too(tmp_path):
    runs = []
    for life in ("kept", "new"):
        session = at(tmp_path / life, 2, Stage.SUBSAMPLE, training__optimiser_life=life, training__reinitialise=True)
        session.close()
        runs.append(saved(tmp_path / life, 1))
    assert runs[0][STEPS].item() == 4
    assert torch.equal(runs[0]["head.weight"], runs[1]["head.weight"])


def test_the_transformers_parameters_have_their_state_too(tmp_path):
    session = at(tmp_path / "run", 1, Stage.SUBSAMPLE, "ent-then-stn", **KEPT)
    session.close()
    names = [name for name in saved(tmp_path / "run", 0) if name.startswith("optimiser.exp_avg.transformer.")]
    assert names
    again = resume(tmp_path / "run")
    again.close()
