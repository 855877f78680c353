"""The same facts give the same bytes: in another order, split over files, in threads side by side."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from dsl.check.checker import Checked
from evaluator.facts.canonical import said
from evaluator.facts.model import Company, Fact
from evaluator.readers.load import load
from evaluator.readers.write import company_text
from evaluator.render.as_json import render_json
from evaluator.render.page import render
from evaluator.session import service
from evaluator.session.places import library
from evaluator.session.run import Run
from tests.paths import RULES
from tests.support.command_line import DAY, call
from tests.support.survival import AS_OF

PLACES = library()


def shipped(ticker: str) -> Company:
    company, _ = load([RULES / "facts" / f"{ticker}.yaml"])
    assert company is not None
    return company


def rules(name: str) -> Checked:
    found = service.without_errors(service.rules_at(name, PLACES))
    assert isinstance(found, Checked)
    return found


def pages(checked: Checked, company: Company) -> tuple[str, str, str]:
    found = service.run_on(checked, company, AS_OF, {}, PLACES)
    assert isinstance(found, Run), found
    report = found.report()
    return render_json(report), render(report, "md"), render(report, "html")


@pytest.mark.parametrize(("name", "ticker"), [("alibaba", "BABA"), ("microsoft", "MSFT")])
def test_facts_in_any_order(name: str, ticker: str) -> None:
    company, checked = shipped(ticker), rules(name)
    as_they_stand = pages(checked, company)
    for seed in range(3):
        facts, rates = list(company.facts), list(company.exchange_rates)
        Random(seed).shuffle(facts)
        Random(seed).shuffle(rates)
        given = dict(company) | {"facts": tuple(facts), "exchange_rates": tuple(rates)}
        assert pages(checked, Company(**given)) == as_they_stand


def test_facts_split_over_files(tmp_path: Path) -> None:
    """One file, two, five, some facts in two of them: read by the readers, from YAML as `facts import` writes it."""
    company, checked = shipped("BABA"), rules("alibaba")
    as_they_stand = pages(checked, company)
    random = Random(7)
    for parts in (1, 2, 5):
        held: list[list[int]] = [[] for _ in range(parts)]
        for n in range(len(company.facts)):
            for part in {random.randrange(parts), random.randrange(parts)}:
                held[part].append(n)
        paths = []
        for n, numbers in enumerate(held):
            path = tmp_path / f"{parts}-{n}.yaml"
            facts = tuple(company.facts[i] for i in random.sample(numbers, len(numbers)))
            path.write_text(company_text(company.model_copy(update={"facts": facts})), encoding="utf-8")
            paths.append(path)
        random.shuffle(paths)
        found, problems = load(paths)
        assert found is not None, problems
        assert sorted(map(said, found.facts)) == sorted(map(said, company.facts))
        assert pages(checked, found) == as_they_stand


def test_the_fingerprint_is_of_what_was_known_and_asked_for() -> None:
    company, checked = shipped("BABA"), rules("alibaba")
    print_ = json.loads(pages(checked, company)[0])["facts_fingerprint"]
    assert re.fullmatch("[0-9a-f]{64}", print_)

    def of(facts: list[Fact]) -> str:
        found = json.loads(pages(checked, company.model_copy(update={"facts": tuple(facts)}))[0])
        return str(found["facts_fingerprint"])

    known = [f for f in company.facts if f.published <= AS_OF]
    later = known[-1].model_copy(update={"published": AS_OF.replace(year=AS_OF.year + 1)})
    assert of([*company.facts, later]) == print_, "what becomes known later is no part of it"
    for n, fact in enumerate(company.facts):
        if fact.name == "cloud_revenue" and fact.published <= AS_OF:
            changed = fact.model_copy(update={"note": "Another word"})
            assert of([*company.facts[:n], changed, *company.facts[n + 1 :]]) != print_
            assert of([*company.facts[:n], *company.facts[n + 1 :]]) != print_
            return
    raise AssertionError("there is no fact to change")


def test_a_fact_that_stands_twice_is_one() -> None:
    company = shipped("BABA")
    doubled = company.model_copy(update={"facts": (company.facts[40], *company.facts, *company.facts[:3])})
    assert pages(rules("alibaba"), doubled) == pages(rules("alibaba"), company)


def test_evaluations_side_by_side_share_nothing() -> None:
    work = [("alibaba", "BABA"), ("microsoft", "MSFT"), ("alibaba", "BABA"), ("ai_infrastructure", "BABA")] * 2
    alone = {key: pages(rules(key[0]), shipped(key[1])) for key in set(work)}
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda key: pages(rules(key[0]), shipped(key[1])), work))
    assert together == [alone[key] for key in work]


def test_the_pages_say_the_fingerprint() -> None:
    found = json.loads(call("report", "alibaba", *DAY, "--format", "json").out)["facts_fingerprint"]
    for form in ("md", "html"):
        assert found in call("report", "alibaba", *DAY, "--format", form).out
