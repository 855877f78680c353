"""A report that follows each save: however a file is saved, the page is that of what is saved, and a mistake keeps the last good one."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evaluator.render.outlook.pages import report_page
from evaluator.servers.watch import making, shell
from evaluator.servers.watch.loop import Turn, Watcher
from evaluator.servers.watch.making import Asked, Maker
from evaluator.servers.watch.serving import LOOPBACK, Board, Server
from evaluator.session import service
from tests.paths import ROOT
from tests.support.command_line import FACTS, PROGRAM, RULES, call, whatever_happens

DAY = dt.date(2026, 5, 14)


class Here:
    """A folder with rules and facts, watched."""

    def __init__(self, folder: Path, **more: Path) -> None:
        self.folder, self.rules, self.facts = folder, folder / "small.thesis", folder / "facts" / "ACME.yaml"
        self.facts.parent.mkdir()
        self.rules.write_text(RULES, encoding="utf-8")
        self.facts.write_text(FACTS, encoding="utf-8")
        time.sleep(0.02)  # what was written just now counts as changed while it is read
        self.board = Board()
        self.asked = Asked("small", "ACME", (), lambda: DAY, (), service.library_at(()), **more)  # type: ignore[arg-type]
        self.watcher = Watcher(Maker(self.asked).make, self.board, repr)

    def saved(self) -> Turn:
        """What the next look finds."""
        turn = self.watcher.look()
        assert turn is not None, "the save was not seen"
        return turn

    def plain(self) -> str:
        """The page as the whole way from the files makes it."""
        found = service.evaluate("small", "ACME", DAY, places=service.library_at(()))
        assert isinstance(found, service.Evaluated)
        return report_page(found.run.report(), "html")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("evaluator.servers.watch.loop.PAUSE", 0.001)
    return Here(tmp_path)


def by_rename(path: Path, text: str) -> None:
    other = path.with_name(f".{path.name}.swp")
    other.write_text(text, encoding="utf-8")
    os.replace(other, path)


def made_again(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text, encoding="utf-8")


def in_place(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def many_times(path: Path, text: str) -> None:
    for n in range(20):
        path.write_text(text[: len(text) * n // 20], encoding="utf-8")
    path.write_text(text, encoding="utf-8")


SAVES: tuple[Callable[[Path, str], None], ...] = (in_place, by_rename, made_again, many_times)


def test_each_way_of_saving_is_seen_and_the_page_is_that_of_the_files(here: Here) -> None:
    here.watcher.made()
    assert here.board.state.page == here.plain()
    assert here.watcher.look() is None
    for n, save in enumerate(SAVES):
        save(here.rules, RULES.replace('rules small "', f'rules small "{n} '))
        assert here.saved().new, save
        assert f"{n} Small rules" in here.board.state.page
        save(here.facts, FACTS.replace("12%", f"{20 + n}%"))
        here.saved()
        assert here.board.state.page == here.plain(), save
    assert here.board.state.findings == ()


def test_a_mistake_is_shown_and_the_last_good_report_stays(here: Here) -> None:
    here.watcher.made()
    good = here.board.state
    for path, text in ((here.rules, RULES + "metric x = nothing_at_all\n"), (here.facts, FACTS + "oops: [\n")):
        was = path.read_text("utf-8")
        in_place(path, text)
        here.saved()
        now = here.board.state
        assert now.broken
        assert (now.page, now.version) == (good.page, good.version)
        assert f"{path.name}:" in now.findings[0]
        made_again(path, was)
        here.saved()
        assert not here.board.state.broken
        assert here.board.state.version == good.version, "the page is the one of before, and need not be loaded again"
    here.rules.unlink()
    here.saved()
    assert here.board.state.broken
    assert here.board.state.page == good.page
    by_rename(here.rules, RULES)
    here.saved()
    assert not here.board.state.broken


def test_a_module_that_comes_and_changes_is_seen(here: Here) -> None:
    here.watcher.made()
    in_place(here.rules, RULES.replace("\n", "\nuses extra\n", 1))
    here.saved()
    assert here.board.state.broken
    (here.folder / "extra.thesis").write_text('rules extra "Extra"\nparam p "P" = 1 own "x"\n', encoding="utf-8")
    here.saved()
    assert not here.board.state.broken
    assert "Extra" in here.board.state.page or "extra" in here.board.state.page
    before = here.board.state.version
    in_place(here.folder / "extra.thesis", 'rules extra "Extra"\nparam p "P" = 2 own "x"\n')
    here.saved()
    assert here.board.state.version == before + 1


def test_a_fact_that_no_rule_asks_for_any_more_is_an_error_as_ever(here: Here) -> None:
    """What other rule files ask for is looked at each time: nothing that was true of an earlier save is taken for true."""
    other = here.folder / "other.thesis"
    other.write_text('rules other "O"\ninput odd "Odd" : percent\n', encoding="utf-8")
    in_place(
        here.facts,
        FACTS + '  odd:\n    - {date: 2026-05-01, value: 3%, published: 2026-05-01, kind: reported, source: "S"}\n',
    )
    time.sleep(0.02)
    here.watcher.made()
    assert not here.board.state.broken, here.board.state.findings
    in_place(other, 'rules other "O"\ninput even "E" : percent\n')
    here.saved()
    assert here.board.state.broken, "its folder is as it was: the file alone has changed"
    in_place(other, 'rules other "O"\ninput odd "Odd" : percent\n')
    here.saved()
    assert not here.board.state.broken
    other.unlink()
    here.saved()
    assert here.board.state.broken
    assert "odd" in here.board.state.findings[0]


def test_a_template_alone_is_filled_in_again_and_nothing_is_evaluated(
    here: Here, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    memo = mine / "memo.html.j2"
    memo.write_text("{{ r.title }}: one", encoding="utf-8")
    time.sleep(0.02)
    asked = Asked("small", "ACME", (), lambda: DAY, (), service.library_at(()), mine)
    watcher = Watcher(Maker(asked).make, here.board, repr)
    watcher.made()
    assert here.board.state.page.endswith(": one\n")

    def evaluated(*_: object, **__: object) -> None:
        pytest.fail("evaluated again")

    monkeypatch.setattr(making.service, "run_on", evaluated)
    in_place(memo, "{{ r.title }}: two, and longer")
    assert watcher.look() is not None
    assert here.board.state.page.endswith(": two, and longer\n")
    in_place(memo, "{{ r.titel }}")
    assert watcher.look() is not None
    assert here.board.state.broken
    assert "memo.html.j2:1:1" in here.board.state.findings[0]
    assert here.board.state.page.endswith(": two, and longer\n")
    (mine / "house.yaml").write_text("nam: A\n", encoding="utf-8")
    assert watcher.look() is not None
    assert any("house.yaml:1:1" in one for one in here.board.state.findings)


def test_a_fault_of_ours_does_not_end_the_watch(here: Here) -> None:
    faults = iter([KeyError("a"), None, KeyError("b")])
    maker = Maker(here.asked)

    def make() -> making.Made:
        fault = next(faults)
        if fault is not None:
            raise fault
        return maker.make()

    watcher = Watcher(make, here.board, repr)
    assert watcher.made().made is None
    assert here.board.state.broken
    assert "KeyError('a')" in here.board.state.findings[0]
    assert watcher.made().new
    assert watcher.made().made is None
    assert here.board.state.page


# --- what a browser is answered ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    board = Board()
    found = Server(board)
    board.put("<p>one</p>", ("<script>odd</script>",))
    found.begin()
    yield found
    found.end()


def get(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection(LOOPBACK, server.server_port, timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        connection.close()


def test_only_this_machine_by_its_own_name_is_answered(server: Server) -> None:
    page, port = f"/{server.word}/report", server.server_port
    assert server.server_address[0] == "127.0.0.1"
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        assert get(server, page, Host=host)[:2] == (200, "<p>one</p>")
    for host in ("example.com", f"example.com:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}", f"127.0.0.1.example.com:{port}", "",
                 f"localhost:{port}.example.com", f"0.0.0.0:{port}"):  # fmt: skip
        status, text, _ = get(server, page, Host=host)
        assert (status, "<p>" in text) == (403, False), host
    assert get(server, page, Sec_Fetch_Site="cross-site")[0] == 403
    assert get(server, page, Sec_Fetch_Site="same-site")[0] == 403
    for path in (
        "/",
        "/report",
        f"/{server.word}",
        f"/{server.word}/x",
        f"/{server.word}/../report",
        "//",
        "/etc/passwd",
    ):
        assert get(server, path)[0] == 404, path
    for method in ("POST", "PUT", "OPTIONS", "DELETE"):
        assert get(server, page, method)[0] == 501, method


def test_nothing_is_kept_and_no_script_of_a_report_runs(server: Server) -> None:
    for path in ("", "report", "nothing"):
        _, _, headers = get(server, f"/{server.word}/{path}")
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert "sandbox" in policy or "default-src 'none'" in policy
        assert "allow-scripts" not in policy
        assert "unsafe" not in policy
    assert 'sandbox="allow-same-origin' in shell.PAGE
    assert "allow-scripts" not in shell.PAGE
    assert "innerHTML" not in shell.PAGE


def test_a_page_that_is_open_hears_of_each_change(server: Server) -> None:
    connection = http.client.HTTPConnection(LOOPBACK, server.server_port, timeout=10)
    connection.request("GET", f"/{server.word}/events")
    stream = connection.getresponse()
    assert stream.getheader("Content-Type", "").startswith("text/event-stream")

    def heard() -> dict[str, object]:
        while True:
            line = stream.readline().decode()
            if line.startswith("data: "):
                found: dict[str, object] = json.loads(line[6:])
                return found

    assert heard() == {"version": 1, "findings": ["<script>odd</script>"], "broken": False}
    assert server.board.put(None, ("wrong",))
    assert heard() == {"version": 1, "findings": ["wrong"], "broken": True}
    assert not server.board.put(None, ("wrong",))
    assert server.board.put("<p>two</p>", ())
    assert heard() == {"version": 2, "findings": [], "broken": False}
    connection.close()


# --- the command -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more", [("-o", "x.html"), ("--format", "md"), ("--with", "flip"), ("--since", "2026-01-01"), ("--brief",)]
)
def test_what_a_page_cannot_be_is_refused(more: tuple[str, ...]) -> None:
    ran = call("report", "alibaba", "--watch", *more)
    assert ran.status == 2
    assert "leave --format, -o, --brief, --with and --since out" in ran.err


def test_standard_input_is_refused() -> None:
    assert whatever_happens("report", "-", "--watch").status == 2


def test_the_program_ends_by_control_c_without_a_word_too_many() -> None:
    args = [*PROGRAM, "report", "alibaba", "--as-of", "2026-05-14", "--watch"]
    running = subprocess.Popen(args, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stderr is not None
        line = running.stderr.readline()
        address = line.split()[4]
        assert address.startswith("http://127.0.0.1:"), line
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
    finally:
        running.kill()
    assert (running.returncode, out) == (0, "")
    assert err.splitlines()[-1] == "stopped"
    assert "Traceback" not in err
    host, _, port = address.removeprefix("http://").partition("/")[0].partition(":")
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(host, int(port), timeout=1).connect()
