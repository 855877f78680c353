"""Our runtime reads as lark's: the same tree of every text, and the same mistake at the same place, with what could
stand there. Lark is slower, and the reference."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedToken

from dsl.syntax import parser_table
from dsl.syntax.lalr import END, Unexpected
from tests.dsl.syntax.test_parser_total import WORDS
from tests.paths import CASES, RULES
from tests.support.survival import SHIPPED, THESIS

FILES = [
    p for folder in (RULES, CASES / "invalid", CASES / "valid", CASES / "format") for p in folder.rglob("*.thesis")
]


@cache
def reference() -> Lark:
    return parser_table.build()


@cache
def ours() -> parser_table.Trees:
    return parser_table.parser()


def plain(node: object) -> object:
    """A tree with the kind, text and place of each token."""
    if isinstance(node, Tree):
        return [str(node.data), *(plain(child) for child in node.children)]
    return (node.type, str(node), node.start_pos, node.end_pos) if isinstance(node, Token) else node


def by_lark(text: str, start: str) -> object:
    try:
        return plain(reference().parse(text, start=start))
    except UnexpectedCharacters as error:
        return error.pos_in_stream
    except UnexpectedToken as error:
        token = error.token
        at = len(text) if token.type == END else token.start_pos
        return at, token.type, str(token), error.accepts


def by_ours(text: str, start: str) -> object:
    try:
        return plain(ours().parse(text, start))
    except Unexpected as error:
        token = error.token
        return error.at if token is None else (error.at, token.kind, token.text, error.accepts())


def same(text: str) -> None:
    for start in ("file", "expression", "bindings"):
        assert by_ours(text, start) == by_lark(text, start)


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.stem)
def test_files(file: object) -> None:
    text = file.read_bytes().decode("utf-8", "replace")  # type: ignore[attr-defined]
    assert by_ours(text, "file") == by_lark(text, "file")


@given(st.text(max_size=60))
@example("metric a = ٣٤ + 1")  # digits of another script
@example("rules x\nmetric a = b\u00a0+\u3000c\f")
@example("thesis x for A-bull")
@example("metric a = 5bull")
@example('drop # metric\n example "x"')
def test_any_text(text: str) -> None:
    same(text)


@settings(max_examples=150)
@given(st.lists(st.sampled_from(WORDS), max_size=25), st.sampled_from([" ", "", "\n"]))
def test_any_words_of_the_language(words: list[str], between: str) -> None:
    same(between.join(words))


@settings(max_examples=60)
@given(st.sampled_from([SHIPPED, THESIS]), st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(WORDS))
def test_a_word_put_into_a_file(text: str, at: int, length: int, word: str) -> None:
    start = at % len(text)
    hurt = text[:start] + word + text[start + length % 20 :]
    assert by_ours(hurt, "file") == by_lark(hurt, "file")


def test_a_part_is_read_as_it_would_be_alone() -> None:
    """Nothing behind its end is looked at, and places are those of the whole text."""
    tables = parser_table.tables()

    class Names:
        def __getattr__(self, name: str) -> object:
            return lambda items: (name, *(getattr(i, "text", i) for i in items))

    methods = tables.methods(Names())
    assert tables.parse("xx 12 + 34 yy", 3, 9, "expression", methods)[0] == "expression"
    with pytest.raises(Unexpected) as found:
        tables.parse("xx 12 + 34", 3, 7, "expression", methods)
    assert found.value.at == 7
    assert "NUMBER" in found.value.accepts()
