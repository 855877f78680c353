"""`thesis facts fetch` against a local server, which answers as the SEC's does, and as it does on a bad day."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from evaluator.readers.filings import fetch
from evaluator.readers.filings.fetch import MAX_REDIRECTS, WAITS, FetchError, Sec
from tests.support.command_line import Ran, call, refused
from tests.support.filed import REVENUE, company_facts, flow

ME = "Jane Doe jane@example.com"
FACTS = company_facts([flow(REVENUE, f"{y}-01-01..{y}-12-31", 5e6 * y, f"{y + 1}-02-12", "10-K") for y in (2024, 2025)])
TICKERS = json.dumps({"0": {"cik_str": 1234567, "ticker": "EXMPL", "title": "Example Cloud Inc."}})


@dataclass
class Answer:
    """What the server says once: `claimed` is the length that it announces, `hang` that it says nothing."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    claimed: int | None = None
    hang: bool = False


@dataclass
class Server:
    """A server whose answers are given: those for company facts one after the other, the last one again and again."""

    url: str
    answers: list[Answer] = field(default_factory=lambda: [Answer(body=FACTS)])
    tickers: Answer = field(default_factory=lambda: Answer(body=TICKERS))
    asked: list[tuple[str, str]] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def next(self, path: str, agent: str) -> Answer:
        self.asked.append((path, agent))
        if "tickers" in path:
            return self.tickers
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def options(self) -> tuple[str, ...]:
        return "--tickers-url", f"{self.url}/tickers.json", "--facts-url", f"{self.url}/CIK{{cik:010d}}.json"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    found: list[Server] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            (here,) = found
            answer = here.next(self.path, self.headers.get("User-Agent", ""))
            if answer.hang:
                here.done.wait(20)
                return
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(body) if answer.claimed is None else answer.claimed))
            for key, value in answer.headers.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.append(Server(f"http://127.0.0.1:{httpd.server_address[1]}"))
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "THESIS_USER_AGENT"):
        monkeypatch.delenv(name, raising=False)
    waited: list[float] = []
    monkeypatch.setattr(fetch.time, "sleep", waited.append)
    monkeypatch.setattr(Sec, "__init__", patient(Sec.__init__, waited))
    yield found[0]
    found[0].done.set()
    httpd.shutdown()
    httpd.server_close()
    thread.join(10)


def patient(made: Callable[..., None], waited: list[float]) -> Callable[..., None]:
    """A client that notes its waits in place of waiting, and gives up on a silent server at once."""

    def init(self: Sec, *args: object, **kwargs: object) -> None:
        made(self, *args, **{"pause": waited.append, "timeout": 0.3, **kwargs})

    return init


def fetched(server: Server, *more: str, agent: str = ME) -> Ran:
    return call("facts", "fetch", "EXMPL", "--user-agent", agent, *server.options, *more)


def test_what_was_filed_goes_where_reports_find_it(server: Server, here: Path) -> None:
    ran = fetched(server)
    assert ran.status == 0, ran.err
    assert ran.out == "Example Cloud Inc. (EXMPL, number 1234567): 4 facts, known from 2025-02-12 to 2026-02-12\n"
    assert {agent for _, agent in server.asked} == {ME}
    assert [path for path, _ in server.asked] == ["/tickers.json", "/CIK0001234567.json"]
    assert (here / "facts/EXMPL/companyfacts.json").read_text("utf-8") == FACTS
    head = (here / "facts/EXMPL/company.yaml").read_text("utf-8")
    assert "currency: USD\nfiscal_year_ends: 12-31\n" in head
    rules = 'rules r "R"\ninput revenue "R" : money per quarter\nmetric year = ttm(revenue)\npillar p "?"\n'
    (here / "r.thesis").write_text(rules + "bull b on p when year > 10bn USD\n", "utf-8")
    report = call("report", "r.thesis", "--for", "EXMPL", "--as-of", "2026-03-01", "--format", "json")
    assert report.status == 0, report.err
    assert "10.12bn USD" in report.out


def test_what_was_fetched_is_kept_for_a_day(server: Server, here: Path) -> None:
    assert fetched(server).status == 0
    server.answers = [Answer(500)]
    again = fetched(server)
    assert again.status == 0
    assert again.out.endswith("(as fetched before)\n")
    assert len(server.asked) == 2
    server.answers = [Answer(body=FACTS)]
    assert fetched(server, "--refresh").status == 0
    assert len(server.asked) == 4


def test_a_head_of_ones_own_stays(server: Server, here: Path) -> None:
    folder = here / "facts" / "EXMPL"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text("name: Mine\n", "utf-8")
    found = json.loads(fetched(server, "--format", "json").out)
    assert found["head"] is None
    assert sorted(p.name for p in folder.iterdir()) == ["companyfacts.json", "own.yaml"]


@pytest.mark.parametrize("agent", ["", "me", "thesis/1.0", "Jane Doe", "jane@nowhere", "Jane\njane@example.com"])
def test_who_does_not_say_who_they_are_is_not_let_out(server: Server, here: Path, agent: str) -> None:
    ran = fetched(server, agent=agent)
    refused(ran, 1 if agent else 2, "error[C010]", "say who it is", "--user-agent")
    assert server.asked == []


def test_the_user_agent_from_the_environment(server: Server, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THESIS_USER_AGENT", ME)
    assert call("facts", "fetch", "EXMPL", *server.options).status == 0
    assert {agent for _, agent in server.asked} == {ME}


@pytest.mark.parametrize(
    ("answers", "tries"),
    [
        ([Answer(500), Answer(502), Answer(503), Answer(body=FACTS)], 4),
        ([Answer(429, headers={"Retry-After": "7"}), Answer(body=FACTS)], 2),
        ([Answer(429, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), Answer(body=FACTS)], 2),
        ([Answer(hang=True), Answer(body=FACTS)], 2),
        ([Answer(body=FACTS[:200], claimed=len(FACTS)), Answer(body=FACTS)], 2),
        ([Answer(body=FACTS[:200]), Answer(body=FACTS)], 2),
    ],
)
def test_what_fails_for_a_while_is_tried_again(server: Server, here: Path, answers: list[Answer], tries: int) -> None:
    server.answers = answers
    ran = fetched(server, "--cik", "1234567")
    assert ran.status == 0, ran.err
    assert len(server.asked) == tries
    assert ran.err.count("trying again in") == tries - 1
    if answers[0].headers.get("Retry-After") == "7":
        assert "trying again in 7 seconds" in ran.err


BAD = [
    (Answer(404), "there is nothing under the company facts of number 1234567", 1),
    (Answer(403, "Undeclared Automated Tool"), "the SEC refuses", 1),
    (Answer(301, headers={"Location": "https://example.com"}), "the server sends to https://example.com", 1),
    (Answer(302, headers={"Location": "/CIK0001234567.json"}), "from one address to the next", MAX_REDIRECTS + 1),
    (Answer(302), "from one address to the next", MAX_REDIRECTS + 1),
    (Answer(body=FACTS.replace("1234567", "7654321")), "of number 7654321 (Example Cloud Inc.), not of 1234567", 1),
    (Answer(401), "the server answers 401", 1),
    (Answer(500), "the server is in trouble (500), 5 times", len(WAITS) + 1),
    (Answer(429), "the server asks to wait, 5 times", len(WAITS) + 1),
    (Answer(429, headers={"Retry-After": "3600"}), "try again in 3600 seconds", 1),
    (Answer(hang=True), "did not answer in time, 5 times", len(WAITS) + 1),
    (Answer(body=FACTS[:300]), "the answer was cut off, 5 times", len(WAITS) + 1),
    (Answer(body=FACTS[:300], claimed=len(FACTS)), "the answer was cut off, 5 times", len(WAITS) + 1),
    (Answer(body="<html>maintenance</html>"), "is not JSON", 1),
    (Answer(body=""), "is not JSON", 1),
    (Answer(body="[]"), "error[F046]", 1),
    (Answer(body=FACTS.replace('"filed"', '"filed_on"')), "filed is missing", 1),
    (Answer(body=FACTS.replace('"facts"', '"figures"')), "it has no `facts`", 1),
]


@pytest.mark.parametrize(("answer", "words", "tries"), BAD, ids=[f"{a.status} {w}" for a, w, _ in BAD])
def test_what_stays_bad_is_said_and_leaves_nothing(
    server: Server, here: Path, answer: Answer, words: str, tries: int
) -> None:
    before = sorted(here.rglob("*"))
    server.answers = [answer]
    refused(fetched(server, "--cik", "1234567", "--cache", str(here / "kept")), 1, words)
    assert len(server.asked) == tries
    left = [p for p in sorted(here.rglob("*")) if p not in before and p.name != "kept"]
    assert left == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(body='{"0": {"cik_str": 1, "ticker": "OTHER"}}'), "the SEC knows no company with the ticker EXMPL"),
        (Answer(body='{"0": {"ticker": "EXMPL"}}'), "another form"),
        (Answer(body="[1]"), "another form"),
        (Answer(404), "there is nothing under the SEC's list of tickers"),
    ],
)
def test_the_list_of_tickers_that_does_not_help(server: Server, here: Path, answer: Answer, words: str) -> None:
    server.tickers = answer
    refused(fetched(server), 1, "error[C010]", words)


def test_a_server_that_is_not_there(here: Path, server: Server) -> None:
    server.url = "http://127.0.0.1:9"
    refused(fetched(server, "--cik", "1"), 1, "cannot be reached")


@pytest.mark.parametrize("ticker", ["../EXMPL", "a/b", "", ".", "EXMPL\n"])
def test_what_is_no_ticker_makes_no_folder(ticker: str, here: Path) -> None:
    refused(call("facts", "fetch", ticker, "--user-agent", ME), 2, "is not a ticker" if ticker else "it is empty")


def test_calls_are_a_tenth_of_a_second_apart() -> None:
    now, waited = [100.0], []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    sec = Sec(ME, pause=pause, clock=lambda: now[0])
    for _ in range(11):
        sec._slow_down()
        now[0] += 0.02
    assert now[0] - 100.0 >= 1.0
    assert waited == [pytest.approx(0.08)] * 10


def test_an_answer_without_end_is_cut(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fetch, "MAX_BYTES", 100)
    with pytest.raises(FetchError, match="is larger than"):
        Sec(ME, tmp_path, store=Path.write_bytes, facts_url=f"{server.url}/{{cik}}").company_facts(1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_host_is_followed(server: Server, here: Path, status: int) -> None:
    server.answers = [Answer(status, headers={"Location": "/moved.json"}), Answer(body=FACTS)]
    assert fetched(server, "--cik", "1234567").status == 0
    assert [path for path, _ in server.asked] == ["/CIK0001234567.json", "/moved.json"]
    assert {agent for _, agent in server.asked} == {ME}


@pytest.mark.parametrize(
    "there",
    ["http://localhost:1/x.json", "https://data.example.org/x.json", "//127.0.0.2/x.json", "file:///etc/passwd"],
)
def test_a_redirect_to_another_host_is_refused(server: Server, here: Path, there: str) -> None:
    server.answers = [Answer(302, headers={"Location": there}), Answer(body=FACTS)]
    refused(fetched(server, "--cik", "1234567"), 1, "the server sends to", "on its own host alone")
    assert len(server.asked) == 1


def test_an_answer_about_another_company_is_not_kept(server: Server, here: Path) -> None:
    server.answers = [Answer(body=FACTS.replace("1234567", "7654321")), Answer(body=FACTS)]
    refused(fetched(server, "--cik", "1234567"), 1, "not of 1234567")
    assert fetched(server, "--cik", "1234567").status == 0
    assert len(server.asked) == 2


def test_a_download_has_an_end_however_slow_the_server_is(server: Server, tmp_path: Path) -> None:
    """A clock on which every look takes a minute: a server that gives a byte now and then never times out itself."""
    minutes = iter(range(0, 100_000, 60))
    sec = Sec(
        ME,
        tmp_path,
        store=Path.write_bytes,
        facts_url=f"{server.url}/{{cik}}",
        clock=lambda: float(next(minutes)),
        whole=90,
    )
    with pytest.raises(FetchError, match="within 90 seconds"):
        sec.company_facts(1234567)
    server.answers = [Answer(500)]
    with pytest.raises(FetchError, match="within 90 seconds"):
        sec.company_facts(1234567)
    assert len(server.asked) == 2
