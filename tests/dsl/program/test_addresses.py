"""Addresses: every expression has one, none has another's, and the same text gives the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dsl.check.checker import check_file
from dsl.link.library import Library
from dsl.program import program as p
from dsl.text.source import SourceFile
from tests.paths import RULES
from tests.support.runs import checked

LIBRARY = Library((RULES, RULES / "library"))
SHIPPED = sorted(RULES.rglob("*.thesis"))


def program(path: Path) -> p.Program:
    found = check_file(SourceFile.read(path), LIBRARY).program
    assert found is not None
    return found


def expressions(rules: p.Program) -> Iterator[p.Expr]:
    """Every expression of a program, those in texts, worlds and examples too."""
    roots = [e for name in rules.order for e in rules.expressions(name)]
    roots += [v.value for x in rules.params.values() for v in x.versions if v.value not in roots]
    roots += rules.sentences
    roots += [e for x in rules.scenarios.values() for e in x.assume.values()]
    roots += [e for x in rules.examples for e in (*x.given.values(), *(q.condition for q in x.expect))]
    for root in roots:
        yield from p.walk(root)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_expression_has_an_address_and_none_has_anothers(path: Path) -> None:
    found = list(expressions(program(path)))
    assert found or path.stem in ("company", "financials", "quarterly", "disclosures")  # inputs alone
    assert all(e.address for e in found)
    assert len({e.address for e in found}) == len(found)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_same_text_gives_the_same_addresses(path: Path) -> None:
    assert [e.address for e in expressions(program(path))] == [e.address for e in expressions(program(path))]


def test_an_address_says_where_an_expression_stands() -> None:
    text = (
        "rules main\ninput a : percent\nparam low = 10%\nmetric twice : percent = a + a\n"
        'pillar p "?"\nbull b on p when a > low and a < 50% because "It is {a}, twice {twice}."\n'
        'verdict v "V"\n  when b and twice > 1% then "Yes" because "{a}"\n  otherwise "No"\n'
        'kill k "K" when a < 0%\nexample "e" given a = 20% expect b, v is "Yes"\n'
    )
    rules = checked(text).program
    assert rules is not None
    found = {e.address: e.text for e in expressions(rules)}
    assert found["low.versions.1"] == "10%"
    assert found["twice.value.2"] == "a"
    assert (found["b.when.1"], found["b.when.2"], found["b.when.2.2"]) == ("a > low", "a < 50%", "50%")
    assert (found["b.because.1"], found["b.because.2"]) == ("a", "twice")
    assert (found["v.rows.1.when.2"], found["v.rows.1.because.1"]) == ("twice > 1%", "a")
    assert found["k.when"] == "a < 0%"
    assert (found["examples.1.given.a"], found["examples.1.expect.2"]) == ("20%", 'v is "Yes"')
