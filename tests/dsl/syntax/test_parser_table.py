"""The shipped tables are those of the grammar, and without them nothing changes but the time."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

import dsl.syntax.parser_table as tables
from dsl.syntax.lalr import Tables
from tests.support.survival import SHIPPED

REAL = tables.FOLDER / tables.TABLE
HURT = {
    "no table": None,
    "an empty one": b"",
    "cut off": REAL.read_bytes()[:4000],
    "a byte changed": REAL.read_bytes()[:4000] + b"\0" + REAL.read_bytes()[4001:],
    "no JSON": zlib.compress(b"[[["),
    "a list": zlib.compress(b"[1, 2]"),
    "another seal": zlib.compress(b'{"seal": "0", "tables": {}}'),
    "no seal": zlib.compress(b"{}"),
}


def read(found: Tables, text: str) -> object:
    """What tables make of a text, as nested lists."""

    class Names:
        def __getattr__(self, name: str) -> object:
            return lambda items: [name, *(str(i) if isinstance(i, tables.Token) else i for i in items)]

    return found.parse(text, 0, len(text), "file", found.methods(Names()))


def test_the_shipped_tables_are_those_of_the_grammar() -> None:
    """If this fails: `make grammar`."""
    shipped = tables._shipped(tables.FOLDER)
    grammar = (tables.FOLDER / tables.GRAMMAR).read_text("utf-8")
    assert shipped is not None
    assert shipped["seal"] == tables.seal(grammar)


def test_the_shipped_tables_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "work_out", lambda _: pytest.fail("worked out anew"))
    tables.load(tables.FOLDER)


@pytest.mark.parametrize("hurt", HURT)
def test_without_its_tables_the_grammar_reads_the_same(hurt: str, tmp_path: Path) -> None:
    data = HURT[hurt]
    (tmp_path / tables.GRAMMAR).write_bytes((tables.FOLDER / tables.GRAMMAR).read_bytes())
    if data is not None:
        (tmp_path / tables.TABLE).write_bytes(data)
    assert read(tables.load(tmp_path), SHIPPED) == read(tables.tables(), SHIPPED)


def test_a_changed_grammar_is_read_as_changed(tmp_path: Path) -> None:
    """A stale table beside it is not used."""
    text = (tables.FOLDER / tables.GRAMMAR).read_text("utf-8")
    (tmp_path / tables.GRAMMAR).write_text(text.replace('header: ("rules"', 'header: ("regeln"'), "utf-8")
    (tmp_path / tables.TABLE).write_bytes(REAL.read_bytes())
    assert read(tables.load(tmp_path), 'regeln x "X"')
