"""The application without its server: what it is started with, and what it refuses. A browser test serves it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from lada_explore.apps.served import process
from lada_explore.apps.served import serve as serving
from lada_explore.apps.served.address import ADDRESS, free_port
from lada_explore.apps.served.groups import group_of
from lada_explore.apps.served.process import HERE, NOTEBOOK, command, environment
from lada_explore.apps.served.serve import serve
from lada_explore.errors import ConfigError, LadaError, StoreError


@pytest.fixture(scope="module")
def settings():
    """Read here and not above, so that only the process that runs these tests waits for Voilà."""
    from lada_explore.apps.visitors.server import settings

    return settings


def test_a_folder_that_is_no_run_is_refused_before_anything_is_started(tmp_path):
    with pytest.raises(StoreError, match=r"is not a run folder \(run.json is missing\)"):
        serve(tmp_path, browser=False, say=pytest.fail)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_does_not_exist_is_refused_with_a_sentence(port):
    with pytest.raises(ConfigError, match=f"port {port} does not exist; choose one from 1024 to 65535 with --port"):
        free_port(port)


def test_a_port_in_use_is_refused_when_asked_for_and_passed_over_otherwise():
    with socket.socket() as taken:
        taken.bind((ADDRESS, 0))
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"port {port} cannot be used \(.+\); choose another with --port"):
            free_port(port)
        assert free_port(None) != port
    assert free_port(port) == port


def test_the_server_listens_on_this_machine_only_and_its_token_is_in_no_command_line(tmp_path, settings):
    words = command(8901)
    assert words[:3] == [sys.executable, "-m", "lada_explore.apps.visitors"]
    assert words[3:] == ["--port=8901", "--listen=127.0.0.1", "--max-students=30"]
    told = settings(8901, "127.0.0.1").Voila
    assert (told.ip, told.port, told.port_retries, told.open_browser) == ("127.0.0.1", 8901, 0, False)
    values = environment(tmp_path / "demo", "secret")
    assert not [word for word in words if "secret" in word]
    assert values["JUPYTER_TOKEN"] == "secret"
    assert values["LADA_EXPLORE_RUN"] == str((tmp_path / "demo").resolve())
    assert values["LADA_EXPLORE_BESIDE"] == ""
    beside = environment(tmp_path / "demo", "secret", tmp_path / "other")["LADA_EXPLORE_BESIDE"]
    assert beside == str((tmp_path / "other").resolve())


def test_a_run_to_show_beside_none_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="--beside names a run to show beside another one; name that one too"):
        serve(beside=tmp_path, browser=False, say=pytest.fail)


def test_every_kernel_has_one_thread_and_is_ended_when_nobody_has_used_it_for_twenty_minutes(monkeypatch, settings):
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    values = environment(None, "secret")
    assert values["LADA_EXPLORE_RUN"] == ""
    assert {values[name] for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")} == {"1"}
    assert settings(8901, ADDRESS).MappingKernelManager.cull_idle_timeout == 1200


def test_a_class_is_let_in_only_when_that_is_asked_for(settings):
    assert "--listen=0.0.0.0" in command(8901, "0.0.0.0")
    assert settings(8901, "0.0.0.0").Voila.ip == "0.0.0.0"
    assert free_port(None, "0.0.0.0") > 0
    with pytest.raises(
        ConfigError, match="'lab.example' is no IPv4 address to listen on; use 127.0.0.1 for this machine alone"
    ):
        free_port(None, "lab.example")
    with pytest.raises(ConfigError, match=r"no port of 203\.0\.113\.7 can be used; is it an address of this machine"):
        free_port(None, "203.0.113.7")


@pytest.mark.parametrize(
    ("query", "group"),
    [("", None), ("token=abc", None), ("token=abc&group=3", 3), ("group=0", 0), ("group=9999", 9999)],
)
def test_the_address_names_the_group(query, group):
    assert group_of(query) == group


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "10000", "%C2%B2", "3 4", "<b>"])
def test_a_group_that_is_no_number_is_refused_with_a_sentence(text):
    with pytest.raises(
        ConfigError, match=r"in the address is no whole number from 0 to 9999; end the address with &group=3"
    ):
        group_of(f"group={text}")


def test_two_groups_are_one_too_many():
    with pytest.raises(ConfigError, match="the address names 2 groups; keep one, as in &group=3"):
        group_of("group=1&group=2")


def test_a_jupyter_path_of_the_person_is_kept_behind_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", "/theirs")
    assert environment(tmp_path, "t")["JUPYTER_PATH"] == f"{HERE}{os.pathsep}/theirs"


def test_the_notebook_and_the_template_are_shipped_and_ask_nothing_of_the_internet():
    source = "".join(json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"][0]["source"])
    assert 'application(os.environ.get("QUERY_STRING", "")' in source
    folder = HERE / "voila" / "templates" / "lada_explore"
    assert json.loads((folder / "conf.json").read_text(encoding="utf-8"))["base_template"] == "lab"
    assert "http" not in (folder / "index.html.j2").read_text(encoding="utf-8")


@pytest.fixture
def said(monkeypatch, tmp_path):
    """Sentences of `serve`, which keeps its log in tmp_path."""
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "cache"))
    return []


SERVES = """
import os, sys
from http.server import HTTPServer, SimpleHTTPRequestHandler as Handler
{first}
class Quiet(Handler):
    def do_GET(self):
        self.send_response(200), self.end_headers()
        {answered}
HTTPServer(("127.0.0.1", int(sys.argv[1])), Quiet).serve_forever()
"""


def stand_in(monkeypatch, first="", answered=""):
    """Let a server of this script be started instead."""
    script = SERVES.format(first=first, answered=answered)
    monkeypatch.setattr(serving, "command", lambda port, *_: [sys.executable, "-c", script, str(port)])


def port_of(sentence):
    (port,) = re.findall(r"127\.0\.0\.1:(\d+)", sentence)
    return int(port)


def nobody_listens(port):
    with socket.socket() as probe:
        return probe.connect_ex((ADDRESS, port)) != 0


@pytest.mark.parametrize("number", [0, -3, 1001])
def test_a_number_of_students_that_cannot_be_is_refused_with_a_sentence(number):
    with pytest.raises(ConfigError, match=f"max-students is {number}; let 1 to 1000 in"):
        serve(max_students=number, browser=False, say=pytest.fail)


def test_a_server_that_dies_at_once_is_said_in_a_sentence_that_names_the_log(monkeypatch, said, capfd):
    monkeypatch.setattr(serving, "command", lambda *_: [sys.executable, "-c", "raise SystemExit('no such module')"])
    with pytest.raises(LadaError, match="the server did not start; its messages are in ") as told:
        serve(browser=False, say=pytest.fail)
    assert Path(str(told.value).split(" are in ")[1]).read_text() == "no such module\n"
    assert capfd.readouterr() == ("", "")


def test_a_server_that_ends_by_itself_is_said_in_a_sentence_that_names_the_log(monkeypatch, said, capfd):
    stand_in(monkeypatch, answered="print('Traceback', flush=True); os._exit(7)")
    with pytest.raises(LadaError, match=r"the server ended by itself \(exit code 7\); its messages are in ") as told:
        serve(browser=False, say=said.append)
    log = Path(str(told.value).split(" are in ")[1])
    assert "Traceback" in log.read_text()
    assert said[1] == f"The messages of the server go to {log}"
    assert capfd.readouterr() == ("", "")


def test_a_server_that_does_not_end_when_asked_is_ended(monkeypatch, said):
    stand_in(monkeypatch, first="import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    monkeypatch.setattr(process, "STOP_S", 0.5)

    def interrupt(sentence):
        said.append(sentence)
        raise KeyboardInterrupt

    serve(browser=False, say=interrupt)
    assert nobody_listens(port_of(said[0]))


def test_kill_ends_the_server_too(monkeypatch, said):
    stand_in(monkeypatch)
    before = signal.getsignal(signal.SIGTERM)

    def kill(sentence):
        said.append(sentence)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)  # the signal comes first
        pytest.fail("SIGTERM interrupted nothing")

    serve(browser=False, say=kill)
    assert nobody_listens(port_of(said[0]))
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_token_is_in_the_printed_address_and_neither_in_the_log_nor_in_a_browsers_command_line(monkeypatch, said):
    stand_in(
        monkeypatch,
        first="print(*(os.environ[name] for name in ('JUPYTER_TOKEN', 'LADA_EXPLORE_FIRST', 'LADA_EXPLORE_TEACHER')))",
    )
    opened = []

    def open_browser(address):
        opened.append(address)
        raise KeyboardInterrupt

    monkeypatch.setattr(serving.webbrowser, "open", open_browser)
    serve(say=said.append)
    token = re.search(r"\?token=(\S+) until", said[0]).group(1)
    hidden, first = Path(said[1].removeprefix("The messages of the server go to ")).read_text().split()[:2]
    assert hidden == "[token]"
    assert opened == [f"http://127.0.0.1:{port_of(said[0])}/?first={first}"]
    assert len(token) == len(first) == 32
    assert token != first
    key = re.search(r"to no student, at http://127\.0\.0\.1:\d+/teacher\?key=(\S{32})$", said[2]).group(1)
    assert key not in (token, first)
    assert Path(said[1].removeprefix("The messages of the server go to ")).read_text().split()[2] == "[token]"


def test_the_folder_of_kernels_is_removed_also_when_the_server_could_not_do_it(monkeypatch, said):
    stand_in(monkeypatch, first="os.mkdir(os.environ['LADA_EXPLORE_PLACE']); print(os.environ['LADA_EXPLORE_PLACE'])")

    def interrupt(sentence):
        said.append(sentence)
        if len(said) == 2:
            raise KeyboardInterrupt

    serve(browser=False, say=interrupt)
    (place,) = re.findall(r".+/lada-explore-app-\w+", Path(said[1].split(" go to ")[1]).read_text())
    assert not Path(place).exists()
