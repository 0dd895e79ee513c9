"""A branch: what it shares with its parent, what it changes, and what is said where it cannot begin."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.small_runs import all_bytes, answered, copied, record_bytes, small_config, small_data, stage_order

from lada_explore import branch, open_run
from lada_explore.errors import ConfigError, LadaError, StoreError
from lada_explore.experiments.branches import branched_at
from lada_explore.records import JournalAction, Stage
from lada_explore.session.session import Session
from lada_explore.store.repair import repair_run

pytestmark = pytest.mark.slow

AT = 1
CYCLES = 3


def made(out: Path, method: str = "lada-entmix", **settings: object) -> Path:
    """A complete run of three cycles."""
    config = small_config(method, cycles=CYCLES, **settings)
    with_session(Session.create(config, out, data=small_data(), threads=1))
    return out


def with_session(session: Session) -> None:
    """Run a session to its end and close it."""
    try:
        session.run()
    finally:
        session.close()


def branched(run: Path, out: Path, **changes: object) -> Path:
    """A complete branch."""
    with_session(branch(run, out, data=small_data(), **({"at": AT} | changes)))
    return out


def of_cycles(run: Path, cycles: range) -> dict[str, bytes]:
    """What equal runs have in common, of some cycles."""
    names = {f"{cycle:03d}" for cycle in cycles}
    return {name: content for name, content in record_bytes(run).items() if name.split("/")[1] in names}


@pytest.fixture(scope="module")
def parent(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("parent") / "parent")


class TestNothingChanged:
    @pytest.mark.parametrize(
        ("method", "settings"),
        [
            ("lada-entmix", {}),
            ("lada-entmix", {"training__optimiser_life": "kept"}),
            ("lada-entmix", {"training__reinitialise": True}),
            ("lada-entstn", {}),
            ("lada-ll4almix", {"ll4al__training": "joint"}),
            ("lada-vaalmix", {}),
        ],
    )
    def test_it_repeats_the_later_cycles_of_its_parent_to_the_byte(self, tmp_path, method, settings):
        run = made(tmp_path / "run", method, **settings)
        twin = branched(run, tmp_path / "twin")
        assert record_bytes(twin) == record_bytes(run)
        assert answered(twin) == answered(run)

    def test_it_repeats_a_run_that_is_stopped_and_resumed_before_every_stage(self, parent, tmp_path):
        session = branch(parent, tmp_path / "twin", at=AT, data=small_data())
        while session.next_stage is not None:
            session.step()
            session.close()
            session = branch(parent, tmp_path / "twin", at=AT, data=small_data())
        session.close()
        assert record_bytes(tmp_path / "twin") == record_bytes(parent)

    def test_the_shared_files_are_those_of_the_parent_and_outlive_it(self, tmp_path):
        run = made(tmp_path / "run")
        branched(run, tmp_path / "branch", method="max-entropy")
        shared = of_cycles(run, range(AT + 1))
        for name in shared:
            assert os.path.samefile(run / name, tmp_path / "branch" / name)
        shutil.rmtree(run)
        assert of_cycles(tmp_path / "branch", range(AT + 1)) == shared
        assert len(open_run(tmp_path / "branch").history) == CYCLES + 1

    def test_files_are_copied_where_the_disk_has_no_links(self, parent, tmp_path, monkeypatch):
        def refuse(*_: object, **__: object) -> None:
            raise OSError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
        branched(parent, tmp_path / "branch")
        assert record_bytes(tmp_path / "branch") == record_bytes(parent)


class TestChanged:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("lada-entmix", "max-entropy"),
            ("max-entropy", "lada-entmix"),
            ("random", "lada-entstn"),
            ("lada-entstn", "lada-ll4almix"),
            ("lada-vaalmix", "random"),
        ],
    )
    def test_another_method_goes_on_from_the_same_state(self, tmp_path, one, other):
        run = made(tmp_path / "run", one)
        changed = branched(run, tmp_path / "branch", method=other)
        assert of_cycles(changed, range(AT + 1)) == of_cycles(run, range(AT + 1))
        assert of_cycles(changed, range(AT + 1, CYCLES + 1)) != of_cycles(run, range(AT + 1, CYCLES + 1))
        read = open_run(changed)
        assert read.config.method.name == other
        assert [read.info.of_cycle(cycle).config.method.name for cycle in range(CYCLES + 1)] == [one] * 2 + [other] * 2
        assert f"cycles 0 to 1 are shared with {os.path.join('..', 'run')}; method: {one} → {other}" in read.notes

    def test_the_first_own_cycle_scores_with_the_weights_of_the_parent(self, parent, tmp_path):
        """The candidates of SUBSAMPLE follow from the seed alone, so that both methods score the same images."""
        changed = branched(parent, tmp_path / "branch", method="max-entropy")
        here, there = (open_run(run).history[AT + 1] for run in (changed, parent))
        assert (here.subsample.subset_ids == there.subsample.subset_ids).all()
        assert (here.score.logits == there.score.logits).all()

    def test_another_seed_draws_other_candidates(self, parent, tmp_path):
        changed = branched(parent, tmp_path / "branch", seed=5)
        here, there = (open_run(run).history[AT + 1] for run in (changed, parent))
        assert (here.subsample.subset_ids != there.subsample.subset_ids).any()
        assert open_run(changed).info.parent.changed == ("seed: 0 → 5",)

    def test_settings_cycles_and_oracle_are_recorded_as_differences(self, parent, tmp_path):
        changes = {"policy.tau_max": 4, "schedule.budget": 6}
        branched(parent, tmp_path / "branch", settings=changes, cycles=4, oracle="noisy:0.5")
        read = open_run(tmp_path / "branch")
        assert set(read.info.parent.changed) == {
            "policy.tau_max: 1.0 → 4.0",
            "schedule.budget: 4 → 6",
            "schedule.cycles: 3 → 4",
            "answers by: ground-truth → noisy:0.5",
        }
        asked = [len(records.query.ids) for records in read.history]
        assert asked == [6, 4, 6, 6, 6]
        said = json.loads((tmp_path / "branch" / "run.json").read_text())["parent"]
        assert (said["at"], said["path"]) == (AT, os.path.relpath(parent, tmp_path / "branch"))

    def test_a_branch_of_a_branch_shares_with_both(self, parent, tmp_path):
        child = branched(parent, tmp_path / "child", method="max-entropy")
        for at in range(CYCLES):
            grandchild = branched(child, tmp_path / f"grandchild{at}", at=at, method="random")
            methods = [open_run(grandchild).info.of_cycle(cycle).config.method.name for cycle in range(CYCLES + 1)]
            whole = ["lada-entmix", "lada-entmix", "max-entropy"]
            assert methods == [*whole[: at + 1], *["random"] * (CYCLES - at)]
            repeated = branched(grandchild, tmp_path / f"repeated{at}", at=CYCLES - 1)
            assert record_bytes(repeated) == record_bytes(grandchild)

    def test_a_live_session_can_be_branched_at_its_last_complete_cycle(self, tmp_path):
        session = Session.create(small_config(cycles=CYCLES), tmp_path / "run", data=small_data(), threads=1)
        session.run(until=AT)
        session.step()
        twin = branch(session, tmp_path / "twin", data=small_data())
        assert twin.cycle == AT + 1
        assert twin.next_stage is Stage.SUBSAMPLE
        with_session(twin)
        with_session(session)
        assert record_bytes(tmp_path / "twin") == record_bytes(tmp_path / "run")


class TestLabels:
    def test_they_replace_and_are_given_as_if_a_person_had_done_so_after_the_shared_cycle(self, tmp_path):
        run = made(tmp_path / "run")
        labelled = open_run(run).history[0].query
        image, label = int(labelled.ids[0]), int(labelled.labels[0])
        asked = {i for records in open_run(run).history for i in records.query.ids.tolist()}
        free = next(i for i in range(60) if i not in asked)
        new = {image: (label + 1) % 3, free: free % 3}
        file = tmp_path / "corrected.csv"
        classes = ("disc", "square", "star")
        file.write_text("id,class\n" + "".join(f"{i},{classes[c]}\n" for i, c in new.items()))
        changed = branched(run, tmp_path / "branch", labels=file, annotator="Ada")

        by_hand = branch(run, tmp_path / "by_hand", at=AT, data=small_data())
        by_hand.labelling.relabel({image: new[image]}, "Ada")
        by_hand.labelling.give({free: new[free]}, "Ada")
        with_session(by_hand)
        assert record_bytes(changed) == record_bytes(tmp_path / "by_hand")
        assert answered(changed) == answered(tmp_path / "by_hand")
        read = open_run(changed)
        assert free in read.history[AT + 1].query.ids
        assert read.history[AT + 1].train.relabelled_ids.tolist() == [image]
        assert read.info.parent.changed[0].startswith("labels: 2 of corrected.csv, by Ada (SHA-256 ")
        with pytest.raises(ConfigError, match="holds a branch of .* with other differences"):
            branch(run, tmp_path / "branch", at=AT, data=small_data())

    def test_a_file_with_a_label_that_cannot_be_taken_makes_no_branch(self, parent, tmp_path):
        file = tmp_path / "wrong.csv"
        file.write_text("id,class\n1,disc\n2,cone\n")
        with pytest.raises(ConfigError, match=r"^1 label of .*wrong.csv cannot be taken: [^;]*cone[^;]*; correct the "):
            branch(parent, tmp_path / "branch", at=AT, labels=file, data=small_data())
        file.write_text("id,class\n1,cone\n2,cube\n999,disc\n3,ring\n4,egg\n")
        with pytest.raises(ConfigError) as caught:
            branch(parent, tmp_path / "branch", at=AT, labels=file, data=small_data())
        assert str(caught.value).startswith(f"5 labels of {file} cannot be taken: ")
        assert [word in str(caught.value) for word in ("cone", "cube", "999", "ring", "; and 2 more; correct")] == [
            *(True, True, True, False, True)
        ]
        assert not (tmp_path / "branch").exists()

    def test_answers_after_the_shared_cycles_are_not_taken_along(self, parent, tmp_path):
        session = branch(parent, tmp_path / "branch", at=AT, data=small_data())
        lines = session.folder.open_journal(read_only=True)
        assert {line.cycle for line in lines.answers()} == {0, 1}
        assert {line.action for line in lines.answers()} == {JournalAction.LABEL}
        lines.close()
        session.close()


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"at": 9}, "at is 9, and the complete cycles of .* are 0 to 3; give one"),
            ({"at": -1}, "at is -1, and the complete cycles of .* are 0 to 3; give one"),
            (
                {"at": 3},
                r"^give more cycles \(--cycles 8\) or an earlier --at: the branch begins after cycle 3, and "
                "schedule.cycles is 3$",
            ),
            ({"at": 0, "cycles": 0}, r"^give more cycles \(--cycles 5\): the branch begins after cycle 0, and "),
            (
                {"settings": {"classifier.width": 8}},
                "classifier.width is 4 in the cycles that .* cannot become 8",
            ),
            ({"settings": {"data.holdout": 0.5}}, "data.holdout is 0.0 in the cycles that the branch shares"),
            ({"settings": {"no.such": 1}}, "no.such"),
            ({"method": "lada"}, "lada"),
            ({"cycles": 20}, "cycles 2 to 20 of budget 4 need 76 images, and 50 have no label after cycle 1; lower"),
            ({"settings": {"schedule.budget": 5}}, "budget 5 is odd"),
            ({"oracle": "nobody"}, "nobody"),
            ({"seed": -1}, "seed is -1"),
        ],
    )
    def test_what_cannot_be_is_one_sentence_and_makes_no_folder(self, parent, tmp_path, changes, sentence):
        with pytest.raises(LadaError, match=sentence) as caught:
            branch(parent, tmp_path / "branch", **({"at": AT, "data": small_data()} | changes))
        assert "\n" not in str(caught.value)
        assert not (tmp_path / "branch").exists()

    def test_a_run_that_keeps_its_last_weights_only_branches_there_alone(self, tmp_path):
        run = made(tmp_path / "run", checkpoints="last")
        with pytest.raises(ConfigError, match="has the weights of 3 only, and a branch at cycle 1 goes on from"):
            branch(run, tmp_path / "branch", at=AT, data=small_data())
        branched(run, tmp_path / "longer", at=3, cycles=5)
        assert len(open_run(tmp_path / "longer").history) == 6

    def test_a_run_without_a_complete_cycle_has_nothing_to_share(self, tmp_path):
        session = Session.create(small_config(), tmp_path / "run", data=small_data())
        with pytest.raises(ConfigError, match="no cycle of .* is complete yet; run its cycle 0 first"):
            branch(session, tmp_path / "branch", data=small_data())
        session.close()

    def test_no_branch_inside_its_parent_nor_in_the_place_of_another_run(self, parent, tmp_path):
        with pytest.raises(ConfigError, match="is inside the run that it branches from; choose a folder beside it"):
            branch(parent, parent / "branch", at=AT, data=small_data())
        other = made(tmp_path / "other")
        with pytest.raises(ConfigError, match="holds another run than a branch of .* at cycle 1; choose another"):
            branch(parent, other, at=AT, data=small_data())
        (tmp_path / "full").mkdir()
        (tmp_path / "full" / "mine.txt").write_text("mine")
        with pytest.raises(StoreError, match="exists already and is left as it is"):
            branch(parent, tmp_path / "full", at=AT, data=small_data())
        assert all_bytes(tmp_path / "full") == {"mine.txt": b"mine"}

    def test_it_is_no_run(self, tmp_path):
        with pytest.raises(ConfigError, match="3 is no run; give the path of its folder, a session or what open_run"):
            branch(3, tmp_path / "branch")

    def test_another_branch_at_the_same_place_is_named_by_its_difference(self, parent, tmp_path):
        branched(parent, tmp_path / "branch", seed=5)
        with pytest.raises(ConfigError, match="with other differences .seed: 0 → 5, seed: 0 → 6"):
            branch(parent, tmp_path / "branch", at=AT, seed=6, data=small_data())

    def test_an_open_branch_is_handed_back(self, parent, tmp_path):
        session = branch(parent, tmp_path / "branch", at=AT, data=small_data())
        assert branch(parent, tmp_path / "branch", at=AT, data=small_data()) is session
        session.close()


@pytest.mark.parametrize("checkpoints", ["all", "last"])
def test_the_same_call_finds_its_branch_after_the_parent_has_gone_on(tmp_path, checkpoints):
    session = Session.create(
        small_config(cycles=CYCLES, checkpoints=checkpoints), tmp_path / "run", data=small_data(), threads=1
    )
    session.run(until=AT)
    assert branched_at(session, tmp_path / "branch") is None
    branch(session, tmp_path / "branch", data=small_data()).close()
    session.run(until=AT + 1)
    found = [branched_at(run, tmp_path / "branch") for run in (session, tmp_path / "run", open_run(tmp_path / "run"))]
    assert found == [AT] * 3
    again = branch(session, tmp_path / "branch", data=small_data())
    assert (again.folder.info.last_shared, again.next_stage) == (AT, Stage.SUBSAMPLE)
    again.close()
    assert branched_at(tmp_path / "branch", tmp_path / "run") is None
    with pytest.raises(ConfigError, match="holds another run than a branch of .* at cycle 2; choose another"):
        branch(session, tmp_path / "branch", at=AT + 1, data=small_data())
    session.close()


class TestDamage:
    @pytest.fixture
    def damaged(self, parent, tmp_path) -> Path:
        return copied(branched(parent, tmp_path / "made", method="max-entropy"), tmp_path / "branch")

    def test_a_shared_stage_that_is_gone_is_named_with_where_to_get_it(self, damaged):
        shutil.rmtree(damaged / "cycles" / "001" / "evaluate")
        for read in (open_run, repair_run):
            with pytest.raises(StoreError, match="shares with its parent; restore it from a copy or from .* branch"):
                read(damaged)

    def test_shared_stages_that_end_early_are_noticed(self, damaged):
        for cycle, stage in stage_order(CYCLES):
            if (cycle, stage) not in stage_order(0):
                shutil.rmtree(damaged / "cycles" / f"{cycle:03d}" / stage.value)
        with pytest.raises(StoreError, match="is missing, which .* shares with its parent"):
            open_run(damaged)

    def test_damage_to_a_shared_record_is_not_repaired_by_dropping_it(self, damaged):
        (damaged / "cycles" / "001" / "query" / "record.json").write_text("{}")
        before = all_bytes(damaged)
        with pytest.raises(StoreError, match="cannot be kept, which .* shares with its parent"):
            repair_run(damaged)
        after = all_bytes(damaged)
        assert {name: after[name] for name in before if "lock" not in name} == {
            name: content for name, content in before.items() if "lock" not in name
        }

    def test_damage_after_the_shared_cycles_is_repaired_and_made_again(self, damaged, tmp_path):
        whole = record_bytes(damaged)
        (damaged / "cycles" / "003" / "train" / "record.json").write_text("{}")
        done = repair_run(damaged)
        assert (done.position.cycle, done.position.next_stage) == (3, Stage.TRAIN)
        with_session(Session.resume(damaged, data=small_data()))
        assert record_bytes(damaged) == whole

    def test_a_damaged_journal_is_repaired_up_to_its_last_sound_line(self, damaged):
        whole = record_bytes(damaged)
        (damaged / "labels.sqlite").write_bytes(b"no journal")
        assert repair_run(damaged).faults
        assert record_bytes(damaged) == whole
        assert open_run(damaged).answers() == []

    def test_a_stage_of_another_branch_of_the_same_parent_does_not_fit(self, damaged, parent, tmp_path):
        other = branched(parent, tmp_path / "other", method="max-entropy", seed=9)
        place = Path("cycles") / "002"
        shutil.rmtree(damaged / place)
        shutil.copytree(other / place, damaged / place)
        with pytest.raises(StoreError, match="it does not follow the stage before, so it is of another run"):
            open_run(damaged)

    def test_weights_that_are_damaged_are_named_before_a_folder_is_made(self, parent, tmp_path):
        run = copied(parent, tmp_path / "run")
        weights = run / "cycles" / "001" / "train" / "checkpoint.safetensors"
        weights.write_bytes(weights.read_bytes()[:-1] + bytes([weights.read_bytes()[-1] ^ 1]))
        with pytest.raises(StoreError, match="checkpoint.safetensors is damaged"):
            branch(run, tmp_path / "branch", at=AT, data=small_data())
        assert not (tmp_path / "branch").exists()


def test_a_parent_in_run_json_that_cannot_be_is_named(parent, tmp_path):
    made_here = branched(parent, tmp_path / "branch")
    info = open_run(made_here).info
    with pytest.raises(ConfigError, match="at is 7, and the parent has cycles 0 to 3"):
        replace(info.parent, at=7)
