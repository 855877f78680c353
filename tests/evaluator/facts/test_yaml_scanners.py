"""libyaml, where it is there, reads every text as PyYAML's own scanner does: the same tree, the same places and findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsl.text.source import SourceFile
from evaluator.facts import yamltree
from evaluator.facts.yamltree import MAX_DEPTH, YamlMap, read_by_reference, read_yaml
from tests.paths import ROOT

SHIPPED = sorted((ROOT / "rules" / "facts").glob("*.yaml"))
CASES = sorted((ROOT / "tests" / "cases").glob("facts_*/*.yaml"))
SIGNS = (
    *(
        "a",
        "b: ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        ",",
        ":",
        ": ",
        "\n",
        "\n  ",
        "\n    ",
        " ",
        "\t",
        '"',
        "'",
        "#",
        " # c",
    ),
    *(
        "|",
        "|-\n  ",
        ">\n",
        "&x ",
        "*x",
        "!",
        "!!str ",
        "%",
        "@",
        "`",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "é",
        "漢",
        "😀",
    ),
    *(
        "\u2028",
        "\x85",
        "\xa0",
        "\ufeff",
        "\\n",
        "\\x41",
        "\\",
        "\\u263a",
        "12%",
        "-",
        "?",
        "? ",
        "~",
        "…",
        "\x07",
        "null",
    ),
)
BASE = """\
name: Acme, Inc.
fiscal_year_ends: 03-31
facts:
  growth:
    # what was said
    - {period: 2026-03-31, value: 38%, published: 2026-05-13, kind: reported, source: "Results, p. 3"}
    - period: Q3 FY2026
      value: [shops, models]
      source: Call - with
        two lines
  empty:
"""


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Signs in a row, or a facts file with some of them in it."""
    signs = st.sampled_from(SIGNS)
    if draw(st.booleans()):
        return "".join(draw(st.lists(signs, max_size=20)))
    text = BASE
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(signs) + text[at + draw(st.integers(0, 2)) :]
    return text


def same(text: str) -> None:
    source = SourceFile("facts.yaml", text)
    assert read_yaml(source) == read_by_reference(source), repr(text)


pytestmark = pytest.mark.skipif(yamltree.QUICK is None, reason="PyYAML was built without libyaml")


@given(texts())
@settings(max_examples=1500)
@example("|#")
@example("{a: 4bn? , b: c}")
@example("a: [x: , y]")
@example("\\\t")
@example("\ufeffa: b")
@example("%FOO\n--- a")
@example("[" * (MAX_DEPTH + 1))
@example("a: 1\nb: 2\na: 3\n")
@example("a: b: c")
def test_both_scanners_read_the_same(text: str) -> None:
    same(text)


@pytest.mark.parametrize("path", [*SHIPPED, *CASES], ids=lambda p: p.stem)
def test_both_read_files_the_same(path: Path) -> None:
    same(path.read_text("utf-8", errors="replace"))


def test_plain_files_need_no_second_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(source: SourceFile) -> None:
        pytest.fail("the reference was asked")

    monkeypatch.setattr(yamltree, "read_by_reference", asked)
    assert isinstance(read_yaml(SourceFile("facts.yaml", BASE))[0], YamlMap)
    for path in SHIPPED:
        assert isinstance(read_yaml(SourceFile.read(path))[0], YamlMap), path


def test_without_libyaml_the_reference_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    source = SourceFile("facts.yaml", BASE)
    quick = read_yaml(source)
    monkeypatch.setattr(yamltree, "QUICK", None)
    assert read_yaml(source) == quick
