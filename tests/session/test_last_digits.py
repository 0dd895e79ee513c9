"""Going on with other threads, another device or version of torch: said once, noted for ever, refused if asked to."""

from __future__ import annotations

from contextlib import closing

import pytest
import torch
from helpers.reseal import unseal
from helpers.small_runs import SET_OPTIONS, all_bytes, record_bytes, small_config, small_data, small_session

from lada_explore.errors import ConfigError
from lada_explore.runtime import device
from lada_explore.session.session import Session
from lada_explore.store import open_run
from lada_explore.views import Explorer

VERSION = torch.__version__


@pytest.fixture(autouse=True)
def _threads_wait(monkeypatch):
    """Whether torch came first, and its threads spin, is another matter."""
    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")


@pytest.fixture
def begun(tmp_path):
    """A run that was begun on one thread, and has one stage."""
    with closing(small_session(tmp_path / "run", cycles=0)) as session:
        session.step()
    return tmp_path / "run"


def resumed(run, **options):
    return closing(Session.resume(run, data=small_data(), **options))


def said_in_the_bar(session):
    explorer = Explorer(session)
    try:
        return explorer.bar.state["notes"]
    finally:
        explorer.close()


def test_another_number_of_threads_is_said_at_resume_in_the_explorer_and_by_every_reader_afterwards(begun, caplog):
    note = "from Query of the start on: 2 threads instead of 1 thread; last digits differ by that"
    with resumed(begun, threads=2) as session:
        assert caplog.messages == [
            f"{begun} was computed with 1 thread and continues with 2 threads, so its further records differ in the "
            "last digits; leave the number of threads out to avoid that"
        ]
        assert session.notes == session.worker.notes == (note,)
        assert said_in_the_bar(session) == [f"Note: {note}."]
        assert open_run(begun).notes == ()
        session.step()
        assert session.notes == open_run(begun).notes == (note,)
    with resumed(begun, threads=2) as session:
        assert len(caplog.messages) == 1
        assert session.notes == (note,)
    assert said_in_the_bar(open_run(begun)) == [f"Note: {note}."]


def test_another_version_of_torch_and_another_processor_are_said_too(begun, caplog, monkeypatch):
    monkeypatch.setattr(torch, "__version__", "9.0.1")
    monkeypatch.setattr("lada_explore.session.run_info.processor", lambda: "Some CPU (SSE)")
    with resumed(begun):
        assert caplog.messages == [
            f"{begun} was computed with {device.processor()} and torch {VERSION} and continues with Some CPU (SSE) and "
            "torch 9.0.1, so its further records differ in the last digits; resume it on a machine with "
            f"{device.processor()} and install torch {VERSION} to avoid that"
        ]


def test_exact_refuses_what_would_differ_names_both_values_and_how_to_get_the_former(begun, caplog, monkeypatch):
    before = all_bytes(begun)
    monkeypatch.setattr(torch, "__version__", "9.0.1")
    with pytest.raises(ConfigError) as caught, resumed(begun, threads=2, exact=True):
        pass
    assert str(caught.value) == (
        f"{begun} was computed with 1 thread and torch {VERSION} and would continue with 2 threads and torch 9.0.1, so "
        "its further records would differ in the last digits; leave the number of threads out and install torch "
        f"{VERSION}, or resume it without --exact (exact=True)"
    )
    assert caplog.messages == []
    assert all_bytes(begun) == before


def test_exact_goes_on_where_nothing_differs_to_the_records_of_a_run_that_was_not_interrupted(begun, tmp_path):
    with closing(small_session(tmp_path / "whole", cycles=0)) as whole:
        whole.run()
    with resumed(begun, exact=True) as session:
        session.run()
    assert record_bytes(begun) == record_bytes(tmp_path / "whole")
    with resumed(begun, threads=2, exact=True) as session:
        assert session.next_stage is None


def test_after_a_change_exact_wants_what_computed_the_last_stage(begun):
    with resumed(begun, threads=2) as session:
        session.step()
    with pytest.raises(ConfigError, match="2 threads and would continue with 1 thread, .*; set the number of"):
        Session.resume(begun, data=small_data(), exact=True)
    Session.resume(begun, data=small_data(), threads=2, exact=True).close()


def test_a_precision_that_was_measured_is_kept_and_not_measured_anew(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(device, "bfloat16_is_faster", lambda device, gpu: True)
    settings = small_config(cycles=0)
    assert settings.look_ahead.precision == "auto"
    with closing(Session.create(settings, tmp_path / "run", data=small_data())) as session:
        session.step()

    def measured(device):
        raise AssertionError("measured anew")

    monkeypatch.setattr(device, "bfloat16_is_faster", measured)
    with resumed(tmp_path / "run", exact=True) as session:
        assert session.folder.made_with["precision"] == session.folder.info.precision == "bfloat16"
        session.step()
        assert session.folder.made_with["precision"] == "bfloat16"
        assert session.notes == ()
    assert caplog.messages == []


def test_a_run_of_an_earlier_version_says_that_and_what_changed_since_it_was_begun(begun, monkeypatch):
    unseal(begun)
    bare = ("an earlier version began it, without checksums: damage to its first stages may go unnoticed",)
    monkeypatch.setattr(torch, "__version__", "9.0.1")
    with resumed(begun) as session:
        changed = (
            f"from Query of the start on: torch 9.0.1 instead of torch {VERSION.partition('+')[0]}; last digits diff"
        )
        assert session.notes[0] == bare[0]
        assert session.notes[1].startswith(changed)
        assert said_in_the_bar(session)[0] == f"Note: {bare[0]}."
        assert len(said_in_the_bar(session)) == len(session.notes)


def test_the_command_line_refuses_with_exact_and_show_tells_the_change(call, tmp_path):
    words = ["run", "--dataset", "digits", "--device", "cpu", *SET_OPTIONS, "--threads", 1, "--cycles"]
    assert call(*words, 0, "--oracle", "person", "--out", tmp_path / "run")[0] == 0
    code, _, err = call("resume", tmp_path / "run", "--threads", 2, "--exact")
    assert code == 2
    assert "computed with 1 thread and would continue with 2 threads" in err
    assert call("resume", tmp_path / "run", "--exact", "--oracle", "ground-truth")[0] == 0
    assert call(*words, 0, "--oracle", "person", "--out", tmp_path / "other")[0] == 0
    assert call("resume", tmp_path / "other", "--threads", 2, "--oracle", "ground-truth")[0] == 0
    code, out, _ = call("show", tmp_path / "other")
    assert code == 0
    assert "note: from Query of the start on: 2 threads instead of 1 thread; last digits differ by that" in " ".join(
        out.split()
    )
