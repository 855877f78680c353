"""No command ends in a traceback: a mistake of ours is a sentence that asks for a report, and status 2."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from evaluator.commands import main
from evaluator.commands.talk import BUG, last_words
from tests.paths import ROOT
from tests.support.command_line import DAY, PROGRAM, Ran, whatever_happens

COMMANDS: dict[str, tuple[tuple[str, ...], str]] = {
    "check": (("check", "rule_of_40"), "evaluator.commands.rules.check.check_rules"),
    "report": (("report", "alibaba", *DAY), "evaluator.report.report.fact_results"),
    "report, its page": (("report", "alibaba", *DAY), "evaluator.render.page.tidy"),
    "report, its look": (
        ("report", "alibaba", *DAY, "--template", "templates"),
        "evaluator.render.outlook.look.report_page",
    ),
    "explain": (("explain", "alibaba", "setup", *DAY), "evaluator.report.tree.explain"),
    "flip": (("flip", "alibaba", "slows", *DAY), "evaluator.outlook.flipped.flips"),
    "seek": (("seek", "alibaba", "price = 100 USD", "by", "price", *DAY), "evaluator.outlook.sought.turn"),
    "simulate": (("simulate", "alibaba", *DAY, "--draws", "16"), "evaluator.outlook.simulated.counted"),
    "sensitivity": (("sensitivity", "rule_of_40", "--for", "GOOGL", *DAY), "evaluator.outlook.tornado.flips"),
    "changes": (
        ("changes", "alibaba", "--from", "2026-02-01", "--to", "2026-05-14"),
        "evaluator.outlook.changed.shares",
    ),
    "scenarios": (("scenarios", "alibaba", *DAY), "evaluator.outlook.worlds.moved"),
    "history": (
        ("history", "alibaba", "--from", "2026-05-12", "--to", "2026-05-14"),
        "evaluator.outlook.timeline.judged",
    ),
    "graph": (("graph", "alibaba"), "evaluator.commands.graph.build"),
    "fmt": (("fmt", "--check", "rules/library"), "evaluator.commands.rules.fmt._laid_out"),
    "test": (("test", "rule_of_40"), "evaluator.examples.running.run_examples"),
    "diff": (("diff", "alibaba", "ai_infrastructure"), "evaluator.commands.rules.diff.compare"),
    "compare": (("compare", "piotroski_f_score", "--for", "GOOGL", *DAY), "evaluator.across.compare.side_by_side"),
    "screen": (
        ("screen", "rule_of_40", "--universe", "rules/facts", *DAY),
        "evaluator.universe.running.question",
    ),
    "portable": (("portable", "piotroski_f_score", "--for", "GOOGL", *DAY), "evaluator.across.portable.portable"),
    "list": (("list",), "evaluator.commands.listing._rules"),
    "facts show": (("facts", "show", "ORCL", *DAY), "evaluator.checkup.fact_tables.shown_names"),
    "facts check": (("facts", "check", "ORCL", *DAY), "evaluator.checkup.audit.audit"),
    "facts template": (("facts", "template", "alibaba"), "evaluator.checkup.template.needed"),
}


def planted(monkeypatch: pytest.MonkeyPatch, place: str, error: BaseException) -> None:
    """A mistake in place of a function."""

    def mistaken(*args: object, **named: object) -> None:
        raise error

    monkeypatch.setattr(place, mistaken)


def is_a_bug(ran: Ran, *words: str) -> None:
    assert (ran.status, ran.out) == (2, "")
    lines = ran.err.splitlines()
    at = lines.index(f"error: {BUG}")
    assert all(word in lines[at + 1] for word in words), lines
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", COMMANDS)
def test_a_mistake_of_ours_is_one_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    args, place = COMMANDS[name]
    monkeypatch.chdir(ROOT)
    assert whatever_happens(*args).status in (0, 1)  # and every module is imported before the mistake is planted
    planted(monkeypatch, place, KeyError("a name that nobody knows\nof two lines"))
    is_a_bug(whatever_happens(*args), "KeyError", "of two lines", " at evaluator/")
    shown = whatever_happens("--debug", *args)
    assert (shown.status, shown.out) == (2, "")
    assert "Traceback" in shown.err
    assert "mistaken" in shown.err
    assert BUG in shown.err


@pytest.mark.parametrize(
    "error", [RecursionError("too deep"), EOFError(), AssertionError(), ZeroDivisionError("x" * 9999)]
)
def test_whatever_the_mistake_is(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, "evaluator.commands.listing._rules", error)
    ran = whatever_happens("list")
    is_a_bug(ran, type(error).__name__, "evaluator/commands/listing.py:")
    assert len(ran.err) < 600


def test_a_real_recursion_has_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def deeper(places: object) -> object:
        return deeper(places)

    monkeypatch.setattr("evaluator.commands.listing._rules", deeper)
    is_a_bug(whatever_happens("list"), "RecursionError")


def test_a_mistake_that_cannot_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    class Silent(Exception):
        def __str__(self) -> str:
            raise ValueError

    assert last_words(Silent(), debug=False) == 2
    assert "Silent at an unknown place" in capsys.readouterr().err


def test_what_a_message_holds_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    last_words(KeyError("\x1b[31m"), debug=False)
    assert "\x1b" not in capsys.readouterr().err


def test_memory_that_is_not_there_is_no_mistake_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, "evaluator.commands.listing._rules", MemoryError())
    ran = whatever_happens("list")
    assert (ran.status, ran.out) == (2, "")
    assert "there is not enough memory" in ran.err
    assert BUG not in ran.err


def test_one_who_stops_a_run_is_told_one_word(monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, "evaluator.commands.listing._rules", KeyboardInterrupt())
    ran = whatever_happens("list")
    assert (ran.status, ran.out, ran.err) == (main.STOPPED, "", "stopped\n")


def test_wrong_use_is_told_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = whatever_happens("report", "--debug")
    assert ran.status == 2
    assert "No such option" in ran.err
    assert BUG not in ran.err
    assert whatever_happens("--debug", "list").status == 0


def test_a_version_that_nobody_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake before any command is reached."""
    planted(monkeypatch, "importlib.metadata.version", LookupError("not installed"))
    is_a_bug(whatever_happens("--version"), "LookupError", "evaluator/commands/main.py")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_is_no_mistake_of_ours() -> None:
    with open("/dev/full", "wb") as full:
        ran = subprocess.run([*PROGRAM, "list"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert ran.returncode == 2
    said = ran.stderr.decode().splitlines()
    assert said[0] == "error: the operating system refused what the run needed: no space left on device"
    assert len(said) == 2


WAITS = """
import sys, time
from evaluator.commands import listing, main

def waits(places):
    print("it waits", file=sys.stderr, flush=True)
    time.sleep(60)

listing._rules, sys.argv = waits, ["thesis", "list"]
main.main()
"""


def test_a_signal_from_the_keyboard() -> None:
    running = subprocess.Popen([sys.executable, "-c", WAITS], cwd=ROOT, stderr=subprocess.PIPE)
    assert running.stderr is not None
    assert running.stderr.readline() == b"it waits\n"
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert (running.returncode, said) == (main.STOPPED, b"stopped\n")
