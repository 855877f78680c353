"""At once and elsewhere: a hundred threads, other processes, files that change while they are used."""

from __future__ import annotations

import multiprocessing
import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

import thesis
from tests.paths import ROOT
from tests.support.command_line import FACTS, RULES
from tests.support.kinds import KINDS, KINDS_FACTS
from thesis import Company, Rules, Run, ThesisError

DAY = "2026-05-14"


def said(run: Run) -> tuple[str, str]:
    """All that a run says, byte for byte."""
    return run.report().json(), str(run.explain(next(iter(run.verdicts))))


def test_a_hundred_threads_say_what_one_says() -> None:
    """A notebook that evaluates the same thesis again and again, all at once: the same bytes."""
    rules, company = thesis.load("kinds"), thesis.facts("facts/KIND.yaml")
    alone = said(thesis.evaluate(rules, company, as_of=DAY))
    at_once = Barrier(20)

    def evaluate(n: int) -> tuple[str, str]:
        if n < 20:
            at_once.wait(timeout=60)
        return said(thesis.evaluate(rules, company, as_of=DAY))

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(evaluate, range(100))) == {alone}


def test_threads_that_go_the_whole_way() -> None:
    """From names: each thread finds, reads and checks the rules anew, and looks up which names other rules ask for."""
    asked = [("alibaba", "BABA"), ("ai_infrastructure", "GOOGL"), ("microsoft", "MSFT"), ("piotroski_f_score", "BABA")]

    def whole(n: int) -> tuple[str, str]:
        return said(thesis.evaluate(*asked[n % 4], as_of=DAY))

    alone = [whole(n) for n in range(4)]
    at_once = Barrier(8)

    def start(n: int) -> tuple[str, str]:
        if n < 8:
            at_once.wait(timeout=60)
        return whole(n)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(start, range(20))) == [alone[n % 4] for n in range(20)]


def test_threads_that_share_one_run() -> None:
    run = thesis.evaluate("kinds", "KIND", as_of=DAY)
    other = thesis.evaluate("kinds", "KIND", as_of=DAY)
    alone = [(n, repr(other[n].value), repr(other[n].series)) for n in other], said(other), other.report().html()
    at_once = Barrier(8)

    def look(_: int) -> object:
        at_once.wait(timeout=60)
        return [(n, repr(run[n].value), repr(run[n].series)) for n in run], said(run), run.report().html()

    with ThreadPoolExecutor(8) as pool:
        assert all(found == alone for found in pool.map(look, range(8)))


def test_threads_with_other_settings_do_not_meet() -> None:
    run = thesis.evaluate("kinds", "KIND", as_of=DAY)
    texts = [f"{n}%" for n in range(-40, 60)]
    alone = [run.what_if(growth=text)["growth"].value.text for text in texts]
    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(lambda text: run.what_if(growth=text)["growth"].value.text, texts)) == alone
    assert len(set(alone)) == 100


def test_all_comes_back_from_pickling_the_same() -> None:
    rules, company = thesis.load("kinds"), thesis.facts("facts/KIND.yaml")
    run = thesis.evaluate(rules, company, as_of=DAY, settings={"stores": 3})
    said(run)
    assert set(vars(pickle.loads(pickle.dumps(run)))) == {"evaluated", "about", "today", "rules"}, (
        "what was made of them goes along"
    )
    found = [rules, company, run, run.report(), run.explain("call"), run.verdicts, run["growth"], run["markets"].value,
             run.missing, *run.diagnostics, thesis.compare("small", ["ACME"], as_of=DAY), thesis.prove("small", budget=2)]  # fmt: skip
    for each in found:
        back = pickle.loads(pickle.dumps(each))
        assert back == each, type(each)
        assert repr(back) == repr(each)
    assert said(pickle.loads(pickle.dumps(run))) == said(run)


def elsewhere(asked: tuple[Rules, Company]) -> tuple[Run, tuple[str, str]]:
    """What another process is asked for."""
    rules, company = asked
    run = thesis.evaluate(rules, company, as_of=DAY)
    return run, said(run)


def refused_elsewhere(name: str) -> None:
    thesis.evaluate(name)


def test_other_processes_say_what_this_one_says() -> None:
    rules = thesis.load("ai_infrastructure")
    asked = [(rules, thesis.facts(ticker)) for ticker in ("BABA", "GOOGL")]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        there = pool.map(elsewhere, asked)
        with pytest.raises(ThesisError, match="did you mean `alibaba`"):
            pool.apply(refused_elsewhere, ("alibba",))
    assert there == [elsewhere(one) for one in asked]


# --- files that change ---------------------------------------------------------------------------------------

CHANGES = {
    "other rules": lambda folder: (folder / "small.thesis").write_text(RULES.replace("= 10%", "= 90%")),
    "broken rules": lambda folder: (folder / "small.thesis").write_text("rules small\nmetric x = nothing\n"),
    "no rules": lambda folder: (folder / "small.thesis").unlink(),
    "other facts": lambda folder: (folder / "facts" / "ACME.yaml").write_text(FACTS.replace("12%", "1%")),
    "broken facts": lambda folder: (folder / "facts" / "ACME.yaml").write_text("name: [\n"),
    "no facts": lambda folder: shutil.rmtree(folder / "facts"),
    "a pipe of rubbish": lambda folder: (folder / "small.thesis").write_bytes(b"\xff\xfe\0"),
    "nothing at all": lambda folder: [shutil.rmtree(p) if p.is_dir() else p.unlink() for p in folder.iterdir()],
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_read_stays_as_it_was_read(change: str, here: Path) -> None:
    rules, company = thesis.load("small"), thesis.facts("facts/ACME.yaml")
    before = thesis.evaluate(rules, company, as_of=DAY)
    shown = said(before), rules.text, repr(rules), [d.text for d in rules.diagnostics]
    CHANGES[change](here)
    after = thesis.evaluate(rules, company, as_of=DAY)
    assert after == before
    assert (said(after), rules.text, repr(rules), [d.text for d in rules.diagnostics]) == shown
    assert said(before.what_if(enough="11%")) == said(after.what_if(enough="11%"))


def test_the_next_call_sees_what_is_there_now(here: Path) -> None:
    assert thesis.evaluate("small", "ACME", as_of=DAY).verdicts["call"].outcome == "Buy"
    CHANGES["other facts"](here)
    assert thesis.evaluate("small", "ACME", as_of=DAY).verdicts["call"].outcome == "Wait"
    CHANGES["broken rules"](here)
    with pytest.raises(ThesisError, match="there is no `nothing`"):
        thesis.evaluate("small", "ACME", as_of=DAY)


def test_a_finding_shows_the_text_that_was_checked(here: Path) -> None:
    (here / "bad.thesis").write_text("rules bad\nmetric x = nothing\n")
    found = thesis.check("bad.thesis")
    (here / "bad.thesis").write_text("rules bad\n# another line\n# and one more\nmetric x = nothing\n")
    assert "2 | metric x = nothing" in found.diagnostics[0].text


def test_a_module_that_changes_between_check_and_evaluation(here: Path) -> None:
    (here / "part.thesis").write_text('rules part\ninput growth "G" : percent\nparam enough = 10%\n')
    (here / "whole.thesis").write_text('rules whole uses part\npillar p "?"\nbull b on p when growth > enough\n')
    rules = thesis.load("whole")
    (here / "part.thesis").write_text('rules part\ninput growth "G" : percent\nparam enough = 90%\n')
    facts = here / "facts" / "G.yaml"
    facts.write_text(FACTS.partition("  margin:")[0])
    assert thesis.evaluate(rules, facts, as_of=DAY).conditions["b"].state == "true"
    assert thesis.evaluate("whole", facts, as_of=DAY).conditions["b"].state == "false"


def test_the_folder_may_change_under_a_run(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules, company = thesis.load("small"), thesis.facts("facts/ACME.yaml")
    before = said(thesis.evaluate(rules, company, as_of=DAY))
    monkeypatch.chdir(ROOT)
    assert said(thesis.evaluate(rules, company, as_of=DAY)) == before


def test_many_runs_of_texts_that_share_a_name() -> None:
    """Two texts of one name are two rule files: neither is taken for the other."""
    one, two = thesis.load(KINDS), thesis.load(KINDS.replace("= 10%", "= 90%"))
    Path("K.yaml").write_text(KINDS_FACTS)
    for _ in range(3):
        assert thesis.evaluate(one, "K.yaml", as_of=DAY).conditions["growing"].state == "true"
        assert thesis.evaluate(two, "K.yaml", as_of=DAY).conditions["growing"].state == "false"
    assert one != two
