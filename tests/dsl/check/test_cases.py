"""Case files: one file (or folder) is an input and the diagnostics it must give, word for word."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import dsl
from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.text.diagnostics import to_text
from dsl.text.messages import MESSAGES
from dsl.text.source import SourceFile
from dsl.types.functions import DISTRIBUTIONS, FUNCTIONS, Shape
from tests.conftest import Golden
from tests.paths import CASES, ROOT

INVALID = sorted(p for p in (CASES / "invalid").iterdir() if not p.name.startswith("."))
VALID = sorted(p for p in (CASES / "valid").iterdir() if not p.name.startswith("."))
TOUR = [p for p in VALID if not re.match(r"T\d\d\d_", p.name)]
"""Files that show all of the language; the others are each an invalid case, mended as its message says."""
IN_PYTHON = {
    "T014": ("test_an_error_on_every_line", "test_as_many_lines_without_an_error"),
    "T018": ("test_what_would_change_the_meaning_is_refused", "test_case"),
}
"""Codes that no small file gives, with the tests in test_limits.py or test_format.py that give them and mend them."""
MARK = "# === expected\n"


def checked(text: str) -> Checked:
    """The text as `main.thesis` of the folder we stand in: no path of this machine can reach a message."""
    return check_file(SourceFile("main.thesis", text), Library(()))


@pytest.mark.parametrize("case", INVALID, ids=lambda p: p.stem)
def test_invalid(case: Path, golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = case / "main.thesis" if case.is_dir() else case
    monkeypatch.chdir(case if case.is_dir() else tmp_path)
    text, mark, _ = file.read_text("utf-8").partition(MARK)
    assert mark, f"{file.name} has no line {MARK!r}"
    found = checked(text)
    shown = "\n\n".join(to_text(d) for d in found.diagnostics)
    commented = "".join(f"# {line}".rstrip() + "\n" for line in shown.splitlines())
    golden(file, f"{text}{MARK}{commented}")
    code = case.stem.split("_")[0]
    assert code in {d.code for d in found.diagnostics}, f"{case.name} does not give {code}"
    assert (found.program is None) == any(d.is_error for d in found.diagnostics)


@pytest.mark.parametrize("case", VALID, ids=lambda p: p.stem)
def test_valid(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = case / "main.thesis" if case.is_dir() else case
    monkeypatch.chdir(case if case.is_dir() else tmp_path)
    found = checked(file.read_text("utf-8"))
    assert [to_text(d) for d in found.diagnostics] == []
    assert found.program is not None


def test_valid_cases_show_the_whole_language() -> None:
    text = "\n".join(re.sub(r'"[^"\n]*"|#.*', "", p.read_text("utf-8")) for p in TOUR)
    words = set(re.findall(r"[a-z_]+", text))
    kinds = {"rules", "thesis", "input", "param", "metric", "forecast", "pillar", "bull", "bear", "verdict", "scenario"}
    kinds |= {"uncertain", "example", "catalyst", "kill"}
    assert kinds - words == set()
    called = set(re.findall(r"(sum over segments|[a-z_]+)\(", text))
    assert set(DISTRIBUTIONS) - called == set()
    shapes = {FUNCTIONS[name].shape for name in called & set(FUNCTIONS)}
    assert shapes == set(Shape)  # each function has an example in its row and in docs/language.md, which are checked


def _raised() -> set[str]:
    """Every code that stands as a text anywhere in dsl/ but in the table itself."""
    found: set[str] = set()
    for path in Path(dsl.__file__).parent.rglob("*.py"):
        if path.name != "messages.py":
            nodes = ast.walk(ast.parse(path.read_text("utf-8")))
            texts = (n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
            found |= {t for t in texts if re.fullmatch(r"T\d\d\d", t)}
    return found


def test_every_code_is_raised_and_every_raised_code_has_a_sentence() -> None:
    assert _raised() == set(MESSAGES)


def _code(case: Path) -> str:
    return case.name.split("_")[0]


def test_every_code_has_a_case_that_gives_it_and_one_that_mends_it() -> None:
    assert {_code(p) for p in INVALID} | set(IN_PYTHON) == set(MESSAGES)
    assert {_code(p) for p in VALID if p not in TOUR} | set(IN_PYTHON) == set(MESSAGES)
    texts = [
        (ROOT / "tests" / "dsl" / name).read_text("utf-8")
        for name in ("syntax/test_limits.py", "layout/test_format.py")
    ]
    for name in (name for names in IN_PYTHON.values() for name in names):
        assert any(f"def {name}(" in text for text in texts)


def test_a_mended_case_has_the_name_of_the_one_it_mends() -> None:
    """And it says nearly the same: only what the message speaks of has changed."""
    for case in (p for p in VALID if p not in TOUR):
        twin = CASES / "invalid" / case.name
        assert twin in INVALID, case.name
        files = [twin] if twin.is_file() else sorted(f for f in twin.rglob("*") if f.is_file())
        wrong = "".join(f.read_bytes().decode("utf-8", "replace").partition(MARK)[0] for f in files)
        right = "".join(
            f.read_text("utf-8")
            for f in ([case] if case.is_file() else sorted(f for f in case.rglob("*") if f.is_file()))
        )
        assert wrong != right, case.name
        kept = set(re.findall(r"\w+", wrong)) & set(re.findall(r"\w+", right))
        assert len(kept) * 3 >= len(set(re.findall(r"\w+", wrong))), case.name


def test_sentences_are_plain() -> None:
    for code, message in MESSAGES.items():
        words = set(re.findall(r"[a-z]+", message.sentence.lower()))
        jargon = {"token", "parse", "parser", "exception", "null", "none", "boolean", "identifier", "syntax", "integer"}
        assert not words & jargon, code
        assert message.sentence == "{reason}" or not message.sentence.endswith("."), code
        assert message.mend, f"{code} has no mend"
