"""Laws of a rule file: generated ones check; order and names change nothing of what is found."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.syntax.parse import DECLARATION_WORDS
from dsl.text.diagnostics import to_text
from dsl.text.source import SourceFile
from tests.paths import CASES, RULES
from tests.support.strategies import TYPES, RuleFile, rule_files

SHIPPED = (RULES / "ai_infrastructure.thesis").read_text("utf-8")
INVALID = CASES / "invalid"


def checked(text: str) -> Checked:
    return check_file(SourceFile("x.thesis", text), Library(()))


def codes(text: str) -> Counter[str]:
    """Each code with how often it was found."""
    return Counter(d.code for d in checked(text).diagnostics)


def pieces(text: str) -> list[str]:
    """The declarations of a text, header first."""
    starts = [m.start() for m in re.finditer(rf"^(?:{'|'.join(DECLARATION_WORDS)})\b", text, re.MULTILINE)]
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


@settings(max_examples=75)
@given(rule_files())
def test_generated_files_check(rules: RuleFile) -> None:
    found = checked(rules.text)
    assert [to_text(d) for d in found.errors] == []
    assert found.program is not None
    assert list(found.program.inputs) == list(rules.inputs)
    assert list(found.program.conditions) == list(rules.conditions)
    assert {n: v.outcomes for n, v in found.program.verdicts.items()} == rules.verdicts
    assert {str(i.type).removeprefix("a ") for i in found.program.inputs.values()} <= {
        *TYPES,
        "something true or false",
    }


@settings(max_examples=60)
@given(rule_files(), st.randoms(use_true_random=False))
def test_order_of_declarations_changes_nothing(rules: RuleFile, chance: random.Random) -> None:
    rest = list(rules.declarations[1:])
    chance.shuffle(rest)
    assert codes("\n".join([rules.declarations[0], *rest])) == codes(rules.text)


@settings(max_examples=60)
@given(rule_files())
def test_names_change_nothing(rules: RuleFile) -> None:
    renamed = re.sub(r"\b(in|par|met|pil|con|ver)_(\d)\b", lambda m: f"z{m[2]}_{m[1][::-1]}", rules.text)
    assert codes(renamed) == codes(rules.text)


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_order_of_the_shipped_module_changes_nothing(chance: random.Random) -> None:
    head, *rest = pieces(SHIPPED)
    chance.shuffle(rest)
    assert codes("".join([head, *rest])) == codes(SHIPPED)


BESIDE = re.compile("T002|T005|T012|T020|T021|T022|T003_(unclosed|misspelt_decl|missing_first)")
MEANT = [p for p in sorted(INVALID.glob("*.thesis")) if not BESIDE.match(p.stem)]
"""Cases whose mistake lies within declarations, not in what stands beside what."""


@pytest.mark.parametrize("case", MEANT, ids=lambda p: p.stem)
def test_order_of_wrong_declarations_changes_nothing(case: Path) -> None:
    head, *rest = pieces(case.read_text("utf-8").partition("# ===")[0])
    assert codes("\n".join([head, *reversed(rest)])) == codes("\n".join([head, *rest]))
