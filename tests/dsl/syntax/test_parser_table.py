"""The shipped tables are those of the grammar, and without them nothing changes but the time."""

from __future__ import annotations

import zlib
from pathlib import Path

import lark
import pytest

import dsl.syntax.parser_table as tables
from tests.support.survival import SHIPPED

REAL = Path(tables.__file__).with_name(tables.TABLE)
HURT = {
    "no table": None,
    "an empty one": b"",
    "cut off": REAL.read_bytes()[:4000],
    "a byte changed": REAL.read_bytes()[:4000] + b"\0" + REAL.read_bytes()[4001:],
    "no JSON": zlib.compress(b"[[["),
    "a list": zlib.compress(b"[1, 2]"),
    "another seal": zlib.compress(b'{"seal": "0", "data": {}, "memo": {}}'),
    "no seal": zlib.compress(b"{}"),
}


def test_the_shipped_tables_are_those_of_the_grammar(monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails: `make grammar`. The version of lark is the one that made it, whichever runs here."""
    shipped = tables._shipped()
    assert shipped is not None
    monkeypatch.setattr(lark, "__version__", shipped["lark"])
    assert shipped["seal"] == tables.seal(tables._grammar())


def test_the_shipped_tables_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tables._shipped()
    assert shipped is not None
    if shipped["lark"] != lark.__version__:
        pytest.skip(f"made by lark {shipped['lark']}, and this is {lark.__version__}")
    monkeypatch.setattr(tables, "build", lambda *_: pytest.fail("worked out anew"))
    tables.parser()


@pytest.mark.parametrize("hurt", HURT)
def test_without_its_tables_the_grammar_reads_the_same(
    hurt: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = HURT[hurt]
    (tmp_path / "grammar.lark").write_bytes(REAL.with_name("grammar.lark").read_bytes())
    if data is not None:
        (tmp_path / tables.TABLE).write_bytes(data)
    tree = tables.parser().parse(SHIPPED, start="file")
    monkeypatch.setattr(tables, "files", lambda _: tmp_path)
    assert tables.parser().parse(SHIPPED, start="file") == tree


def test_a_changed_grammar_is_read_as_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A stale table beside it is not used."""
    text = REAL.with_name("grammar.lark").read_text("utf-8")
    (tmp_path / "grammar.lark").write_text(text.replace('header: ("rules"', 'header: ("regeln"'), "utf-8")
    (tmp_path / tables.TABLE).write_bytes(REAL.read_bytes())
    monkeypatch.setattr(tables, "files", lambda _: tmp_path)
    tables.parser().parse('regeln x "X"', start="file")
