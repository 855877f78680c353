"""Bad facts files, word for word: each is a file with the diagnostics that it must give."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import evaluator
from dsl.text.diagnostics import to_text
from dsl.text.source import SourceFile
from evaluator.codes.messages import MESSAGES
from evaluator.known.bind import bind
from evaluator.readers.load import read_company
from tests.conftest import Golden
from tests.evaluator.known.test_laws_asof import shipped
from tests.paths import ROOT

CASES = sorted((ROOT / "tests" / "cases" / "facts_invalid").glob("*.yaml"))
MARK = "# === expected\n"


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_invalid(case: Path, golden: Golden) -> None:
    text, mark, _ = case.read_text("utf-8").partition(MARK)
    assert mark
    program = shipped(ROOT / "rules" / "alibaba.thesis").program
    assert program is not None
    company, found = read_company(SourceFile("BABA.yaml", text))
    if company is not None:
        found = [*found, *bind(program, company).diagnostics]
    assert any(d.is_error for d in found)
    shown = "\n\n".join(to_text(d) for d in found)
    golden(case, f"{text}{MARK}" + "".join(f"# {line}".rstrip() + "\n" for line in shown.splitlines()))


@pytest.mark.parametrize(
    "change", [lambda t: "\ufeff" + t, lambda t: t.replace("\n", "\r\n"), lambda t: t.replace("\n", "\r")]
)
def test_marks_and_newlines_of_every_kind_read(change: object) -> None:
    text = (ROOT / "rules" / "facts" / "BABA.yaml").read_text("utf-8")
    from dsl.text.source import decode

    company, problems = read_company(SourceFile("BABA.yaml", decode("BABA.yaml", change(text).encode())))  # type: ignore[operator]
    assert problems == []
    assert company is not None
    assert len(company.facts) >= 80


def test_every_code_of_facts_and_commands_is_raised_and_has_a_sentence() -> None:
    raised: set[str] = set()
    for path in Path(evaluator.__file__).parent.rglob("*.py"):
        if path.name != "messages.py":
            nodes = ast.walk(ast.parse(path.read_text("utf-8")))
            texts = (n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
            raised |= {t for t in texts if re.fullmatch(r"[FCP]\d\d\d", t)}
    assert raised == set(MESSAGES)
