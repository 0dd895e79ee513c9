"""Kernels of the tests are forked, and are interrupted, killed and ended as all others."""

from __future__ import annotations

import os
import signal

import psutil
import pytest
from helpers.forked_kernels import CAN_FORK, Forks
from helpers.waiting import until
from jupyter_client.manager import start_new_kernel

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CAN_FORK, reason="kernels are forked on Linux")]


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """A kernel and its client; the kernel's environment has LADA_FORKED."""
    with (tmp_path / "log").open("wb") as log:
        forks = Forks(tmp_path / "forked", dict(os.environ), log)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "forked"))
    manager, client = start_new_kernel(cwd=str(tmp_path), env=os.environ | {"LADA_FORKED": "yes"})
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    forks.end()


def value_of(client, expression: str) -> str:
    said = client.execute_interactive("", user_expressions={"value": expression}, timeout=60)
    found = said["content"]["user_expressions"]["value"]
    return found["data"]["text/plain"] if found["status"] == "ok" else found["ename"]


def test_it_has_all_modules_and_folder_and_environment_of_who_starts_it_and_ends_as_one_wants(kernel, tmp_path):
    manager, client = kernel
    client.execute_interactive("import os, sys, time", timeout=60)
    assert value_of(client, "'torch' in sys.modules and 'lada_explore.views.map.map_view' in sys.modules") == "True"
    assert value_of(client, "os.environ['LADA_FORKED']") == "'yes'"
    assert value_of(client, "os.getcwd()") == repr(str(tmp_path))
    assert value_of(client, "'' in sys.path") == "True"

    waiting = client.execute("print('begun', flush=True)\ntime.sleep(120)")
    until(lambda: "begun" in client.get_iopub_msg(timeout=60)["content"].get("text", ""))
    manager.interrupt_kernel()
    assert client._recv_reply(waiting, timeout=60)["content"]["ename"] == "KeyboardInterrupt"

    first = psutil.Process(int(value_of(client, "os.getpid()")))
    manager.restart_kernel()
    client.wait_for_ready(timeout=60)
    assert not first.is_running()
    client.execute_interactive("import os", timeout=60)
    second = psutil.Process(int(value_of(client, "os.getpid()")))
    second.send_signal(signal.SIGKILL)
    until(lambda: not manager.is_alive())
    assert manager.provisioner.process.returncode == -signal.SIGKILL

    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=60)
    client.execute_interactive("import os", timeout=60)
    third = psutil.Process(int(value_of(client, "os.getpid()")))
    manager.shutdown_kernel(now=True)
    until(lambda: not third.is_running())
