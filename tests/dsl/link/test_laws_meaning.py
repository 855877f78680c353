"""The hash of what rules mean: layout, comments and order leave it, anything else changes it; so does `compare`."""

from __future__ import annotations

import random
import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.check.checker import Checked, check_file
from dsl.link.difference import compare
from dsl.link.library import Library
from dsl.syntax.parse import parse
from dsl.text.source import SourceFile
from tests.paths import ROOT
from tests.support.strategies import RuleFile, rule_files

WORKED = (ROOT / "rules" / "ai_infrastructure.thesis").read_text("utf-8")
WORD = re.compile(
    r'"[^"\n]*"|\d{4}-\d{2}-\d{2}|\d+(?:\.\d+)?[ \t]*(?:days?|weeks?|months?|quarters?|years?)\b|'
    r"\d+(?:\.\d+)?[ \t]?(?:%|pp|bps|(?:k|m|bn|tn)?[ \t]?[A-Z]{3}\b|[a-z]*\b)|\w+|[<>=!]=|[^\s\w]"
)
"""What stands between two blanks at the least: blanks and comments may stand around each."""


@lru_cache(maxsize=64)
def checked(text: str) -> Checked:
    return check_file(SourceFile("x.thesis", text), Library(()))


def fingerprint(text: str) -> str:
    found = checked(text)
    assert not found.errors, found.errors
    return found.fingerprint()


def told(before: str, after: str) -> bool:
    """Whether `compare` tells a difference."""
    return bool(compare(checked(before).linked, checked(after).linked))


def without_comments(text: str) -> str:
    return re.sub(r'("[^"\n]*")|#[^\n]*', lambda m: m[1] or "", text)


def declarations(text: str) -> list[str]:
    starts = [d.span.start for d in parse(SourceFile("x", text)).file.declarations]
    return [text[a:b] + "\n" for a, b in pairwise([*starts, len(text)])]


FILES = st.one_of(rule_files().map(lambda r: r.text), st.just(WORKED))


@settings(max_examples=15)
@given(FILES, st.randoms(use_true_random=False))
def test_the_order_of_declarations_leaves_it(text: str, chance: random.Random) -> None:
    head, *rest = declarations(text)
    chance.shuffle(rest)
    shuffled = "".join([head, *rest])
    assert fingerprint(shuffled) == fingerprint(text)
    assert not told(text, shuffled)


GAPS = (" ", "\n", "\t", "  \n\n", " # a word\n", '\n# "quoted", 25% and more\n')


@settings(max_examples=15)
@given(FILES, st.randoms(use_true_random=False))
def test_comments_and_blanks_leave_it(text: str, chance: random.Random) -> None:
    words = WORD.findall(without_comments(text))
    spread = "".join(word + (chance.choice(GAPS) if chance.random() < 0.5 else " ") for word in words)
    spread = spread.replace("ai_infrastructure -", "ai_infrastructure-")
    assert fingerprint(spread) == fingerprint(text)
    assert not told(text, spread)


CHANGES = {
    "figure": (re.compile(r"(?<![\w.\"-])\d+(?:\.\d+)?(?=%|x\b|pp\b|bn CNY)"), lambda m: f"{float(m[0]) + 0.5:g}"),
    "operator": (re.compile(r"<=|>=|<|>"), lambda m: {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}[m[0]]),
    "text": (re.compile(r'"(?!")[^"{\n]*"'), lambda m: m[0][:-1] + '."'),
    "tone": (re.compile(r"\bbullish\b|\bbearish\b"), lambda m: "neutral"),
    "weight": (re.compile(r"\bweight (\d+)"), lambda m: f"weight {int(m[1]) + 1}"),
    "logic": (re.compile(r" and "), lambda m: " or "),
    "critical": (re.compile(r" critical"), lambda m: ""),
    "name": (re.compile(r"\bpil_\d|\bcon_\d|\bmet_\d"), None),
}  # fmt: skip
"""One mutation of each kind: where it may strike, and what stands there then."""


def mutated(text: str, kind: str, chance: random.Random) -> str | None:
    where, what = CHANGES[kind]
    places = [m for m in where.finditer(text) if "between" not in text[max(0, m.start() - 12) : m.start()]]
    if not places:
        return None
    if what is None:  # renamed everywhere: the same but for the name
        name = chance.choice(places)[0]
        return re.sub(rf"\b{name}\b", f"{name}_new", text)
    struck = chance.choice(places)
    return text[: struck.start()] + what(struck) + text[struck.end() :]


@settings(max_examples=60)
@given(FILES, st.sampled_from(sorted(CHANGES)), st.randoms(use_true_random=False))
def test_each_single_change_changes_it(text: str, kind: str, chance: random.Random) -> None:
    text = without_comments(text)
    changed = mutated(text, kind, chance)
    if changed is None or checked(changed).errors:  # `a and b or c` may mix, a title may be an outcome named elsewhere
        return
    assert fingerprint(changed) != fingerprint(text)
    assert told(text, changed)
    assert told(changed, text)


def test_the_changes_are_made() -> None:
    """Each kind of mutation strikes the worked example and checks: a law over nothing would hold."""
    chance, text = random.Random(1), without_comments(WORKED)
    for kind in set(CHANGES) - {"name"}:
        found = [mutated(text, kind, chance) for _ in range(10)]
        good = [f for f in found if f is not None and f != text and not checked(f).errors]
        assert len(good) > 2, kind


@settings(max_examples=20)
@given(rule_files(), rule_files())
def test_two_files_have_one_hash_exactly_where_nothing_differs(one: RuleFile, other: RuleFile) -> None:
    a, b = checked(one.text), checked(other.text)
    assert (a.fingerprint() == b.fingerprint()) == (not compare(a.linked, b.linked))
    assert not compare(a.linked, a.linked)


@settings(max_examples=15)
@given(rule_files(), st.randoms(use_true_random=False))
def test_rows_in_another_order_are_other_rules(rules: RuleFile, chance: random.Random) -> None:
    tables = [d for d in rules.declarations if d.startswith("verdict") and len(set(_rows(d))) > 1]
    if not tables:
        return
    table = chance.choice(tables)
    rows = _rows(table)
    turned = rules.text.replace("\n".join(rows), "\n".join([*rows[1:], rows[0]]))
    same = fingerprint(turned) == fingerprint(rules.text)
    assert same == (rows[1:] + rows[:1] == rows)
    assert told(rules.text, turned) != same


def _rows(table: str) -> list[str]:
    return [line for line in table.split("\n") if line.startswith("  when ")]


@settings(max_examples=12)
@given(rule_files(), st.data())
def test_splitting_a_file_into_modules_leaves_it(
    tmp_path_factory: pytest.TempPathFactory, rules: RuleFile, data: st.DataObject
) -> None:
    """Any cut will do: names are resolved when all is together."""
    head, *rest = rules.declarations
    sides = data.draw(st.lists(st.sampled_from(["left", "right", "top"]), min_size=len(rest), max_size=len(rest)))
    folder: Path = tmp_path_factory.mktemp("split")
    for side in ("left", "right"):
        lines = [d for d, s in zip(rest, sides, strict=True) if s == side]
        (folder / f"{side}.thesis").write_text("\n".join([f'rules {side} "{side}"', *lines]), "utf-8")
    own = [d for d, s in zip(rest, sides, strict=True) if s == "top"]
    for uses in ("left, right", "right, left"):
        text = "\n".join([f"{head} uses {uses}", *own])
        found = check_file(SourceFile(str(folder / "drawn.thesis"), text), Library(()))
        assert not found.errors
        assert found.fingerprint() == fingerprint(rules.text)
