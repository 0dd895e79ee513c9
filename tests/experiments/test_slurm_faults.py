"""What a Slurm that fails costs a sweep, with commands of Slurm that answer from files."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.engine_runs import statuses, sweep_in
from helpers.fake_slurm import FakeSlurm

from lada_explore.errors import ConfigError
from lada_explore.experiments.engines import slurm
from lada_explore.experiments.engines.slurm import Job, OnSlurm
from lada_explore.experiments.engines.slurm_queue import ENDURED_S, SlurmQueue, name_in
from lada_explore.experiments.plan import Plan, write_plan
from lada_explore.experiments.status import RunState, kept_for
from lada_explore.experiments.sweep import run_sweep

pytest.importorskip("submitit")


@pytest.fixture
def fake(tmp_path, monkeypatch):
    return FakeSlurm(tmp_path / "slurm", monkeypatch)


def fake_names(*sizes):
    """Names of the jobs in arrays of these sizes; one alone is no array."""
    for number, size in enumerate(sizes, start=77):
        yield from (f"{number}_{n}" for n in range(size)) if size > 1 else [f"{number}"]


def engine(fake, **options):
    return OnSlurm(queue=SlurmQueue(fake.clock, fake.sleep), **options)


class TestSlurmThatDoesNotAnswer:
    def test_for_some_minutes_costs_nothing(self, fake, tmp_path):
        sweep = sweep_in(tmp_path / "out", "random", "margin", seeds=1)
        fake.at = {10: fake.down, ENDURED_S - 60: lambda: fake.down(is_so=False)}
        fake.at |= {1000: lambda: fake.result(sweep.out, "77_0"), 1002: lambda: fake.result(sweep.out, "77_1")}
        outcomes = run_sweep(sweep, engine=engine(fake))
        assert [outcome.error for outcome in outcomes] == ["", ""]
        assert (fake.cancelled(), fake.queue()) == ([], [])
        assert fake.now >= 1000

    def test_twice_is_counted_from_its_last_answer(self, fake, tmp_path):
        sweep = sweep_in(tmp_path / "out", "random", seeds=1)
        for began in (10, 700):
            fake.at |= {began: fake.down, began + 400: lambda: fake.down(is_so=False)}
        fake.at[1200] = lambda: fake.result(sweep.out, "77")
        assert [outcome.error for outcome in run_sweep(sweep, engine=engine(fake))] == [""]

    def test_for_longer_ends_the_sweep_and_names_the_jobs_that_live_on(self, fake, tmp_path):
        sweep = sweep_in(tmp_path / "out", "random", "margin", seeds=1)
        fake.at = {4: lambda: fake.result(sweep.out, "77_0"), 10: fake.down}
        with pytest.raises(ConfigError) as raised:
            run_sweep(sweep, engine=engine(fake))
        assert "a job of Slurm could not be ended and may run on (slurm_load_jobs error: Socket timed out" in str(
            raised.value
        )
        assert str(raised.value).endswith("; when Slurm answers, end with `scancel 77_1`")
        assert "Slurm has not answered for 10 minutes (" in str(raised.value.__context__)
        assert ENDURED_S <= fake.now < ENDURED_S + 120

    def test_at_the_end_is_asked_again_until_it_does(self, fake, tmp_path):
        sweep = sweep_in(tmp_path / "out", "random", "margin", seeds=1)

        def interrupt(outcome):
            fake.down()
            fake.at[fake.now + 8] = lambda: fake.down(is_so=False)
            raise KeyboardInterrupt

        fake.at[4] = lambda: fake.result(sweep.out, "77_0")
        with pytest.raises(KeyboardInterrupt):
            run_sweep(sweep, engine=engine(fake), on_outcome=interrupt)
        assert (fake.cancelled(), fake.queue()) == (["77_1"], [])


class TestCtrlCWhileJobsAreSent:
    def test_ends_those_that_slurm_has_taken_already(self, fake, tmp_path, monkeypatch):
        monkeypatch.setattr("submitit.SlurmExecutor._get_job_id_from_submission_command", interrupted)
        fake.join("12", "lada-explore-of-another-sweep")
        with pytest.raises(KeyboardInterrupt):
            run_sweep(sweep_in(tmp_path / "out", "random", "margin", seeds=1), engine=engine(fake))
        assert (fake.cancelled(), fake.queue()) == (["77_0 77_1"], ["12"])

    def test_ends_those_that_slurm_takes_a_moment_later(self, fake, tmp_path, monkeypatch):
        sweep = sweep_in(tmp_path / "out", "random", seeds=1)
        monkeypatch.setattr(OnSlurm, "_submitted", interrupted)
        fake.at[1] = lambda: fake.join("77", name_in(sweep.out))
        with pytest.raises(KeyboardInterrupt):
            run_sweep(sweep, engine=engine(fake))
        assert (fake.cancelled(), fake.queue()) == (["77"], [])

    def test_says_how_to_end_them_where_slurm_does_not_answer(self, fake, tmp_path, monkeypatch):
        sweep = sweep_in(tmp_path / "out", "random", seeds=1)
        monkeypatch.setattr(OnSlurm, "_submitted", interrupted)
        fake.at[1] = fake.down
        with pytest.raises(ConfigError, match="jobs of Slurm may have been sent and run on ") as raised:
            run_sweep(sweep, engine=engine(fake))
        assert str(raised.value).endswith(f"; when Slurm answers, end them with `scancel --name={name_in(sweep.out)}`")


class TestJobsOfACommandThatWasKilled:
    @pytest.fixture
    def killed(self, fake, tmp_path):
        """A sweep whose command was killed while its two jobs run."""
        sweep = sweep_in(tmp_path / "out", "random", "margin", seeds=1)
        for number, task in enumerate(sweep.tasks()):
            kept_for(task.run.path)(replace(task.status(), state=RunState.RUNNING, cycle=3))
            fake.join(f"12_{number}", name_in(sweep.out))
        return sweep

    def test_are_named_by_the_same_command_and_go_on(self, fake, killed):
        before = statuses(killed)
        with pytest.raises(ConfigError) as raised:
            run_sweep(killed, engine=engine(fake))
        assert str(raised.value) == (
            f"2 jobs of an earlier command still run for {killed.out} (12_0, 12_1); wait, or end with `scancel "
            f"--name={name_in(killed.out)}`, and run the sweep again"
        )
        assert (fake.queue(), fake.cancelled(), statuses(killed)) == (["12_0", "12_1"], [], before)

    def test_are_named_by_a_command_for_this_machine_too(self, fake, killed):
        write_plan(killed.out, Plan(engine="slurm", at_once=None, runs=()))
        with pytest.raises(ConfigError, match=r"^2 jobs of an earlier command still run for .* \(12_0, 12_1\); wait"):
            run_sweep(killed, engine=Counting())
        fake.leave("12_0")
        fake.leave("12_1")
        there = Counting()
        run_sweep(killed, engine=there)
        assert there.given == 2

    def test_are_counted_where_they_are_many(self, fake, killed):
        for number in range(2, 9):
            fake.join(f"12_{number}", name_in(killed.out))
        with pytest.raises(ConfigError, match=r"^9 jobs of .* \(12_0, 12_1, 12_2 and 6 more\); wait"):
            run_sweep(killed, engine=engine(fake))

    def test_may_be_there_while_slurm_does_not_say(self, fake, killed):
        fake.down()
        with pytest.raises(ConfigError, match="^Slurm does not say whether jobs of an earlier command still run for "):
            run_sweep(killed, engine=engine(fake))

    def test_that_have_ended_do_not_hinder(self, fake, killed):
        fake.leave("12_0")
        fake.leave("12_1")
        fake.at = {4: lambda: fake.result(killed.out, "77_0"), 8: lambda: fake.result(killed.out, "77_1")}
        assert [outcome.error for outcome in run_sweep(killed, engine=engine(fake))] == ["", ""]


class Counting:
    """An engine of this machine that counts the runs it is given, and completes none."""

    name, at_once, given = "local", 1, 0

    def complete(self, tasks, ended):
        self.given = len(tasks)


def interrupted(*arguments):
    raise KeyboardInterrupt


@pytest.mark.parametrize(("gpus", "asked", "shown"), [(2, ["#SBATCH --gpus-per-task=2"], []), (0, [], [""])])
def test_a_job_asks_for_the_gpus_of_its_run_and_sees_none_without(fake, tmp_path, gpus, asked, shown):
    sweep = sweep_in(tmp_path / "out", "random", seeds=1)
    fake.at[4] = lambda: fake.result(sweep.out, "77")
    assert [outcome.error for outcome in run_sweep(sweep, engine=engine(fake, gpus=gpus))] == [""]
    (script,) = (sweep.out / "sweep" / "slurm").glob("*_submission.sh")
    lines = script.read_text().splitlines()
    assert [line for line in lines if "--gpus" in line] == asked
    visible = "export CUDA_VISIBLE_DEVICES="
    assert [line.removeprefix(visible) for line in lines if line.startswith(visible)] == shown
    assert "#SBATCH --cpus-per-task=1" in lines
    starts = next(number for number, line in enumerate(lines) if line.startswith("srun "))
    assert lines.index("export OMP_NUM_THREADS=1") < starts


class TestAJobThatIsQueuedAgain:
    @pytest.fixture
    def job(self, fake, tmp_path, monkeypatch):
        """The job of a run that never fails by itself."""
        monkeypatch.setattr(slurm, "complete", lambda task: "")
        (task,) = sweep_in(tmp_path / "out", "random", seeds=1).tasks()
        status = replace(task.status(), state=RunState.RUNNING, cycle=3, stage="look_ahead")
        kept_for(task.run.path)(status)
        return Job(task, minutes=60)

    def test_twice_within_one_stage_fails_its_run_and_names_the_limit(self, job, tmp_path):
        for _ in range(2):
            assert job() == ""
            job = job.checkpoint().function
        assert job() == (
            "its job was queued again 2 times within one stage (look ahead of cycle 3), which has to end within the "
            "time limit of a job; give more than --minutes 60, or a partition where jobs are not preempted, and run "
            "the sweep again"
        )
        assert (job.task.status().state, job.task.status().error) == (RunState.FAILED, job())

    def test_goes_on_as_long_as_stages_come(self, job):
        for number in range(6):
            assert job() == ""
            if number % 2:
                stage = job.task.run.path / "cycles" / f"{number:03d}" / "train"
                stage.mkdir(parents=True)
                (stage / "record.json").touch()
            part = job.task.run.path / "cycles" / f"{number:03d}" / "evaluate.part"  # No stage that is complete.
            part.mkdir(parents=True)
            (part / "record.json").touch()
            job = job.checkpoint().function
        assert job.task.status().state is RunState.RUNNING


class TestMoreRunsThanAnArrayHolds:
    @pytest.fixture
    def sweep(self, fake, tmp_path):
        (fake.folder / "max").write_text("3\n")
        return sweep_in(tmp_path / "out", "random", seeds=7)

    def end(self, fake, sweep, *names):
        return lambda: [fake.result(sweep.out, name) for name in names]

    def test_are_sent_in_pieces(self, fake, sweep):
        fake.at = {10: self.end(fake, sweep, *fake_names(3, 3, 1))}
        outcomes = run_sweep(sweep, engine=engine(fake))
        assert [outcome.error for outcome in outcomes] == [""] * 7
        assert fake.queue() == []
        assert fake.now < 20

    def test_are_sent_one_piece_after_the_other_where_only_so_many_may_run(self, fake, sweep):
        seen = []
        fake.at = {9: lambda: seen.append(fake.queue()), 10: self.end(fake, sweep, "77_0", "77_1", "77_2")}
        fake.at |= {19: lambda: seen.append(fake.queue()), 20: self.end(fake, sweep, "78_0", "78_1", "78_2")}
        fake.at |= {29: lambda: seen.append(fake.queue()), 30: self.end(fake, sweep, "79")}
        assert [outcome.error for outcome in run_sweep(sweep, engine=engine(fake, jobs=2))] == [""] * 7
        assert seen == [["77_0", "77_1", "77_2"], ["78_0", "78_1", "78_2"], ["79"]]

    def test_are_all_ended_with_the_sweep(self, fake, sweep):
        def interrupt(outcome):
            raise KeyboardInterrupt

        fake.at = {10: self.end(fake, sweep, "77_0")}
        with pytest.raises(KeyboardInterrupt):
            run_sweep(sweep, engine=engine(fake), on_outcome=interrupt)
        assert fake.queue() == []
        assert fake.cancelled() == ["77_1 77_2 78_0 78_1 78_2 79"]


def test_a_result_that_cannot_be_read_fails_its_run_alone(fake, tmp_path):
    sweep = sweep_in(tmp_path / "out", "random", "margin", seeds=1)
    fake.at = {4: lambda: fake.result(sweep.out, "77_0", b"\x80cut"), 8: lambda: fake.result(sweep.out, "77_1")}
    first, second = run_sweep(sweep, engine=engine(fake))
    assert first.error.startswith("the result of its job 77_0 cannot be read (")
    assert first.error.endswith("; run the sweep again")
    assert second.error == ""


def test_jobs_that_do_not_end_are_killed_and_then_named(fake, tmp_path):
    sweep = sweep_in(tmp_path / "out", "random", "margin", "bald", seeds=1)

    def interrupt(outcome):
        raise KeyboardInterrupt

    (fake.folder / "stubborn").touch()
    fake.at[4] = lambda: fake.result(sweep.out, "77_2")
    with pytest.raises(ConfigError, match=r"2 jobs of Slurm .* \(still in the queue\); .* `scancel 77_0 77_1`$"):
        run_sweep(sweep, engine=engine(fake), on_outcome=interrupt)
    assert fake.cancelled()[:2] == ["77_0 77_1", "--signal=KILL 77_0 77_1"]
    assert len(statuses(sweep)) == 3
