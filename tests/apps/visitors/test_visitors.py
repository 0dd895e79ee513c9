"""What somebody who has the address of `lada-explore app` can do, and what not: each test is a line of SECURITY.md."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
import urllib.error
from urllib.parse import quote

import pytest
import zmq
from helpers.fake_runs import record
from helpers.fakes import FakeSession
from helpers.served_app import Visitor, kernels_of, message, processes_of, serving, there
from helpers.small_runs import all_bytes
from helpers.waiting import until

pytestmark = pytest.mark.slow

PLACES = 4
ELSEWHERE = "00000000-0000-4000-8000-000000000000"
CODE = "open('ran', 'w').close()"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    place = tmp_path_factory.mktemp("run") / "demo"
    session = FakeSession(cycles=1)
    session.run()
    record(session, place)
    return place


@pytest.fixture(scope="module")
def app(tmp_path_factory, run):
    with serving(tmp_path_factory.mktemp("app"), run, "--max-students", PLACES) as app:
        yield app


@pytest.fixture(scope="module")
def two(app):
    """Ada and Ben with a page each, and the ids of their kernels."""
    ada, ben = Visitor(app), Visitor(app)
    return ada, ada.page("&group=3"), ben, ben.page()


@pytest.fixture
def guests(app):
    """Makes visitors, who leave after the test."""
    made = []

    def guest():
        made.append(Visitor(app))
        return made[-1]

    yield guest
    for visitor in made:
        visitor.leave()
    left = {kernel for visitor in made for kernel in visitor.kernels}
    until(lambda: not left & set(kernels_of(app)))  # A kernel that is ending has a process, and no place any more.


PATHS = ["/api/kernels/{0}", "/voila/static/voila.js", "/voila/templates/lada_explore/static/index.css"]
PATHS += ["/voila/labextensions/anywidget/package.json", "/voila/static/voila.js?token=wrong", "/?token=", "/?first="]


@pytest.mark.parametrize(
    "path", ["/", "/?token=wrong", "/?token=wrong&group=3", "/?tab=run&cycle=%3Cb%3E&x=y&group=3", *PATHS]
)
def test_without_the_token_nothing_is_shown_but_a_field_for_it(app, two, path):
    _, kernel_id, *_ = two
    reply = Visitor(app).ask(path.format(kernel_id))
    assert reply.status == 403
    assert len(reply.text) < 1500
    assert "kernelId" not in reply.text
    assert ('name="token"' in reply.text) == (path.partition("?")[0] == "/")
    assert ('name="group" value="3"' in reply.text) == path.endswith("group=3")
    kept = 'name="group" value="3"><input type="hidden" name="tab" value="run">'
    kept += '<input type="hidden" name="cycle" value="&lt;b&gt;"><button>'
    assert (kept in reply.text) == ("cycle" in path)
    assert "<b>" not in reply.text
    assert Visitor(app).messages(kernel_id) == 403
    assert Visitor(app).ask(f"/voila/api/shutdown/{kernel_id}", "POST", b"").status == 403


def test_a_kernel_answers_only_the_visitor_it_was_made_for(app, two):
    ada, hers, ben, his = two
    answers = [reply["msg_type"] for reply in ada.messages(hers, message("comm_info_request", {}))]
    assert "comm_info_reply" in answers
    assert there(ada, hers)
    # As if there were no such kernel.
    assert {ben.ask(f"/api/kernels/{kernel}").text for kernel in (hers, ELSEWHERE)} == {
        ada.ask(f"/api/kernels/{his}").text
    }
    for kernel in (hers, ELSEWHERE):
        assert ben.ask(f"/api/kernels/{kernel}").status == 404
        assert ben.messages(kernel) == 404
        assert ben.ask(f"/voila/api/shutdown/{kernel}", "POST", b"").status == 404
        assert ben.ask(f"/api/kernels/{kernel}", "DELETE").status == 405
    assert there(ada, hers)


def test_the_token_without_the_cookie_reaches_no_kernel(app, two):
    _, hers, *_ = two
    stranger = Visitor(app, Authorization=f"token {app.token}")
    assert stranger.ask(f"/api/kernels/{hers}?token={app.token}").status == 404
    assert stranger.messages(hers) == 404
    assert stranger.ask(f"/voila/api/shutdown/{hers}?token={app.token}", "POST", b"").status == 404


def test_a_cookie_that_was_changed_or_made_up_is_nobodys(app, two):
    ada, hers, ben, _ = two
    (name, hers_cookie), (_, his_cookie) = (visitor.cookies.split("=", 1) for visitor in (ada, ben))
    signed, his_signature = hers_cookie.strip('"').rpartition("|")[0], his_cookie.strip('"').rpartition("|")[2]
    for made_up in (f"{signed}|{his_signature}", f"{signed}|{'0' * 64}", "ada", '{"username": "ada"}'):
        assert Visitor(app, Cookie=f'{name}="{made_up}"').ask(f"/api/kernels/{hers}").status == 403
    assert Visitor(app, Cookie=f"{name}={hers_cookie}").ask(f"/api/kernels/{hers}").status == 200


NOT_THERE = """/api /api/kernels /api/kernelspecs /api/sessions /api/contents /api/contents/app.ipynb /api/terminals
/api/status /api/config/x /api/me /api/shutdown /metrics /lab /tree /login /logout /files/app.ipynb /view/app.ipynb
/terminals/websocket/1 /terminals/new/1 /nbconvert/html/app.ipynb /lsp /api/kernels/{0}/interrupt
/api/kernels/{0}/restart /voila/tree /voila/render/app.ipynb /voila/files/app.ipynb /voila/files/x.png
/voila/api/contents/ /voila/api/themes/x /voila/query/{0} /voila/execution/{0} /app.ipynb /static/style/style.min.css"""


@pytest.mark.parametrize("path", NOT_THERE.split())
def test_nothing_else_of_a_jupyter_server_is_there(app, two, path):
    ada, hers, *_ = two
    for method, data in (("GET", None), ("POST", b"{}"), ("PUT", b"{}"), ("PATCH", b"{}"), ("DELETE", None)):
        assert ada.ask(path.format(hers), method, data, Authorization=f"token {app.token}").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/voila/static/../../../../etc/passwd",
        "/voila/static/%2e%2e/handler.py",
        "/voila/static//etc/passwd",
        "/voila/templates/lada_explore/static/../index.html.j2",
        "/voila/templates/%2e%2e/static/voila.js",
        "/voila/templates/lada_explore/index.html.j2",
        "/voila/templates/x",
        "/voila/labextensions/anywidget/../../../../../../../../../etc/passwd",
        "/voila/labextensions/anywidget/%2e%2e/%2e%2e/kernels/python3/kernel.json",
        "/voila/labextensions/jupyterlab_pygments/package.json",
        "/voila/labextensions/etc/passwd",
    ],
)
def test_no_address_leads_to_a_file_that_is_no_part_of_the_page(two, path):
    assert two[0].ask(path).status in (403, 404)


@pytest.mark.parametrize("channel", ["shell", "control", "stdin"])
@pytest.mark.parametrize("kind", ["execute_request", "shutdown_request", "interrupt_request", "debug_request"])
def test_a_visitor_runs_no_code_and_gives_no_orders_to_the_process(app, two, tmp_path, kind, channel):
    ada, hers, *_ = two
    there_already = os.environ.get("TMPDIR"), set(app.said.parent.rglob("ran"))
    asked = {"code": CODE, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    asked |= {"restart": False, "command": "evaluate", "type": "request", "seq": 1, "arguments": {"expression": CODE}}
    heard = ada.messages(hers, message(kind, asked, channel), message("comm_info_request", {}))
    kinds = {reply["msg_type"] for reply in heard}
    assert "comm_info_reply" in kinds
    assert not kinds & {"execute_reply", "execute_result", "error", "shutdown_reply", "interrupt_reply", "debug_reply"}
    assert (os.environ.get("TMPDIR"), set(app.said.parent.rglob("ran"))) == there_already
    assert there(ada, hers)


def test_a_page_of_another_site_does_nothing_in_a_visitors_name(app, two):
    ada, hers, *_ = two
    for origin in ("http://elsewhere.example", "null", app.base.replace("127.0.0.1", "localhost"), "http://127.0.0.1"):
        assert ada.messages(hers, Origin=origin) == 403
        assert ada.messages(hers, Origin=origin, Authorization=f"token {app.token}") == 403
        assert ada.ask(f"/voila/api/shutdown/{hers}", "POST", b"", Origin=origin).status == 403
    assert isinstance(ada.messages(hers, Origin=app.base), list)
    assert there(ada, hers)
    (cookie,) = ada.jar
    assert {name.lower(): value for name, value in cookie._rest.items()} == {"httponly": None, "samesite": "Lax"}


@pytest.mark.parametrize(
    "path",
    [
        "template=reveal",
        "theme=dark",
        "template=../x",
        "group=%00",
        "a=" + "b" * 9000,
        f"tab=run&cycle={quote(CODE)}&pair=%3Cscript%3E&view=../x&tau=" + "9" * 9000,
    ],
)
def test_whatever_stands_in_the_address_the_page_is_the_same_but_for_its_group_and_where_it_begins(app, guests, path):
    guest, there_already = guests(), set(app.said.parent.rglob("ran"))
    kernel = guest.page(f"&{path}")
    assert 'data-jp-theme-name="JupyterLab Light"' in guest.shown
    assert "Traceback" not in guest.shown
    assert there(guest, kernel)
    assert set(app.said.parent.rglob("ran")) == there_already


def test_a_kernel_is_told_the_group_and_not_the_token(app, two):
    _, hers, *_ = two
    kernels = kernels_of(app)
    assert kernels[hers]["QUERY_STRING"] == "group=3"
    for environment in kernels.values():
        assert app.token not in "".join(environment.values())
        assert app.key not in "".join(environment.values())
        assert {"JUPYTER_TOKEN", "LADA_EXPLORE_FIRST", "LADA_EXPLORE_PLACE", "LADA_EXPLORE_TEACHER"}.isdisjoint(
            environment
        )


def test_the_teachers_page_shows_each_group_to_the_browser_that_brought_the_teachers_key(app, two, guests):
    teacher = guests()
    shown = teacher.ask(f"/teacher?key={app.key}")
    assert shown.status == 200
    assert app.key not in shown.text
    assert app.token not in shown.text
    assert 'http-equiv="refresh"' not in shown.text
    # The key is given away by the first answer, which leads to an address without it.
    assert {cookie.name for cookie in teacher.jar} == {f"teacher-{app.base.rpartition(':')[2]}"}
    (cookie,) = teacher.jar
    assert {name.lower(): value for name, value in cookie._rest.items()} == {"httponly": None, "samesite": "Lax"}
    assert (cookie.path, app.key in cookie.value) == ("/teacher", False)

    def lines():
        return teacher.ask("/teacher").text.partition("<tbody>")[2]

    until(lambda: "Group </span>3</th>" in lines())
    guest = guests()
    guest.page("&group=41")
    until(lambda: "Group </span>41</th>" in lines())
    assert '41</th><td data-name="Pages open">0</td><td data-name="Where">Recorded run · demo</td>' in lines()
    guest.leave()
    until(lambda: '<tr class="gone"><th scope=row><span>Group </span>41</th>' in lines())


def test_a_students_address_or_cookie_does_not_open_the_teachers_page(app, two, guests):
    ada, _, ben, _ = two
    key, port = app.token, app.base.rpartition(":")[2]
    signed = ada.cookies.split("=", 1)[1]
    made_up = ("1", app.token, hashlib.sha256(app.key.encode()).hexdigest(), signed)
    for path in (
        "/teacher",
        f"/teacher?key={key}",
        f"/teacher?token={key}",
        "/teacher?key=",
        "/teacher?key=x",
        "/teacher/",
    ):
        replies = [ada.ask(path), ben.ask(path, Authorization=f"token {key}"), guests().ask(path)]
        replies += [Visitor(app, Cookie=f"teacher-{port}={value}").ask(path) for value in made_up]
        assert {reply.status for reply in replies} == {404 if path == "/teacher/" else 403}
        assert not [reply for reply in replies if "<table" in reply.text]
    assert (
        "This page is the teacher&#x27;s: open the address that the command printed for the teacher"
        in ada.ask("/teacher").text
    )
    for method in ("POST", "PUT", "DELETE"):
        assert ada.ask("/teacher", method, b"").status == 405
    # Nor is a teacher a visitor: the key opens no kernel.
    assert guests().ask(f"/?token={app.key}").status == 403


def test_the_token_is_in_no_list_of_processes(app, two):
    lines = [" ".join(process.cmdline()) for process in processes_of(app)]
    assert not [line for line in lines if app.token in line or app.key in line]


def test_what_kernels_send_is_encrypted_with_keys_that_only_this_person_can_read(app, two):
    _, hers, *_ = two
    (file,) = app.said.parent.glob(f"tmpdir/lada-explore-app-*/kernel-{hers}.json")
    assert {stat.S_IMODE(file.stat().st_mode) & 0o077, stat.S_IMODE(file.parent.stat().st_mode) & 0o077} == {0}
    connection = json.loads(file.read_text())
    assert connection["ip"] == "127.0.0.1"
    assert len(connection["curve_secretkey"]) == 40
    context = zmq.Context()
    with context.socket(zmq.SUB) as listener:
        listener.connect(f"tcp://127.0.0.1:{connection['iopub_port']}")
        listener.subscribe(b"")
        two[0].messages(hers, message("comm_info_request", {}))
        assert listener.poll(1000) == 0
    context.term()


def test_who_has_the_address_is_a_visitor_and_who_forgets_the_cookie_another_one(app, guests):
    guest = guests()
    first, cookies = guest.page(), list(guest.jar)
    guest.jar.clear()
    second = guest.page()
    assert (there(guest, first), there(guest, second)) == (False, True)
    assert {first, second} <= set(kernels_of(app))
    guest.leave()
    for cookie in cookies:
        guest.jar.set_cookie(cookie)
    assert (there(guest, first), there(guest, second)) == (True, False)


def test_the_token_and_tracebacks_are_not_on_the_terminal_and_the_token_is_not_in_the_log(app, two):
    ada, hers, *_ = two
    nobody = Visitor(app)
    for visitor in (ada, nobody):
        for path in ("/nothing", "/voila/static/nothing.js", f"/api/kernels/{ELSEWHERE}", "/voila/templates/x"):
            visitor.ask(f"{path}?token={app.token}", Referer=app.address)
            visitor.ask(f"{path}?x={app.key}", Referer=f"{app.base}/teacher?key={app.key}")
    before = app.log.stat().st_size
    # A message that makes Jupyter's server fail.
    assert {"msg_type": "closed"} in ada.messages(hers, {"channel": "shell"})
    log = app.log.read_text()
    assert "Traceback" in log[before:]
    assert "404 GET /nothing?token=[token]" in log
    assert app.token not in log
    assert app.key not in log
    shown = app.said.read_text()
    assert [shown.count(secret) for secret in (app.token, app.key)] == [1, 1]
    assert shown.count("\n") == 3
    assert "Traceback" not in shown


def test_a_message_or_a_request_of_more_than_a_megabyte_is_refused(app, two):
    ada, hers, *_ = two
    long = "x" * 2**20
    assert {"msg_type": "closed"} in ada.messages(hers, message("comm_msg", {"comm_id": "x", "data": long}))
    assert there(ada, hers)
    with pytest.raises((ConnectionError, urllib.error.URLError)):
        Visitor(app).ask("/", "POST", long.encode() * 3)
    assert there(ada, hers)


def test_the_run_is_only_read(run, guests):
    before = all_bytes(run)
    guests().page()
    assert all_bytes(run) == before


def fill(app, guests, *there_already):
    """Let guests take the places that are left; everybody's page has just been there when this returns."""
    everybody = list(there_already)
    while len(kernels_of(app)) < PLACES:
        everybody.append(guests())
        everybody[-1].page()
    for visitor in everybody:  # On a slow machine a page may have been away for `GONE_S` by now.
        assert [visitor.messages(kernel) for kernel in visitor.kernels if there(visitor, kernel)]


def test_there_are_never_more_kernels_than_places_and_who_comes_then_is_told(app, two, guests):
    ada, hers, ben, his = two
    fill(app, guests, ada, ben)
    reply = guests().ask(f"/?token={app.token}")
    assert (reply.status, len(kernels_of(app))) == (503, PLACES)
    assert "All 4 places are taken. This page tries again every 20 seconds, until somebody leaves. " in reply.text
    assert there(ada, hers)
    assert there(ben, his)


def test_a_visitor_who_loads_the_page_again_gets_in_although_all_places_are_taken(app, two, guests):
    dora = guests()
    hers = dora.page()
    fill(app, guests, two[0], two[2], dora)
    eve = guests()
    assert eve.ask(f"/?token={app.token}").status == 503
    again = dora.page()
    assert (there(dora, hers), there(dora, again), len(kernels_of(app))) == (False, True, PLACES)
    dora.leave()
    assert there(eve, eve.page())


@pytest.mark.thorough  # test_places.py has it without kernels
def test_one_visitor_has_at_most_three_kernels(tmp_path):
    with serving(tmp_path, "--max-students", 9) as app:
        ada, ben = Visitor(app), Visitor(app)
        his, first = ben.page(), ada.page()
        more = [ada.page() for _ in range(3)]
        assert [there(ada, kernel) for kernel in (first, *more)] == [False, True, True, True]
        assert there(ben, his)
        assert len(kernels_of(app)) == 4


@pytest.mark.thorough
def test_a_page_that_nobody_waits_for_any_more_leaves_no_kernel(tmp_path):
    with serving(tmp_path, "--max-students", 2) as app:
        with pytest.raises(OSError, match="timed out"):
            Visitor(app)._opener.open(app.address, timeout=0.1).read()
        end = time.monotonic() + 30
        while kernels_of(app):
            assert time.monotonic() < end
            time.sleep(0.1)
        ada = Visitor(app)
        assert there(ada, ada.page())
