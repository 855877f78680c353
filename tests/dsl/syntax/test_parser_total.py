"""Reading never fails: whatever the text, there are diagnostics and no exception, in bounded time."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsl.syntax.expressions import MAX_DEPTH
from dsl.syntax.parse import DECLARATION_WORDS, parse
from dsl.text.source import SourceFile
from tests.support.survival import SHIPPED, THESIS, survives, survives_bytes

TOKEN = re.compile(r'"[^"\n]*"|#[^\n]*|\d+(?:\.\d+)?[%\w]*|\w+|[<>=!]=|[^\w\s]')
WORDS = sorted(
    {*TOKEN.findall(SHIPPED), *TOKEN.findall(THESIS), "(", ")", '"', "{", "^", "~", "-", "é", "“", "unknown"}
)


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    survives_bytes(data)


@given(st.text(max_size=400))
@example("input a : money per\x0cday\u3000")
@example('"\r"')
@example("metric a = {}")
@example('kill a because "{" "}"')
@example('kill a when 1 < 2 because "{}{ }{a"')
def test_any_text(text: str) -> None:
    survives(text)


@settings(max_examples=150)
@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
def test_any_words_of_the_language(text: str) -> None:
    survives(text)
    survives(f'rules x "X"\n{text}')


@settings(max_examples=30)
@given(st.integers(0, len(SHIPPED)))
def test_every_prefix(end: int) -> None:
    survives(SHIPPED[:end])


@pytest.mark.parametrize("text", [SHIPPED, THESIS], ids=["module", "thesis"])
def test_prefix_at_each_declaration(text: str) -> None:
    starts = [m.start() for m in re.finditer(rf"^(?:{'|'.join(DECLARATION_WORDS)})\b", text, re.MULTILINE)]
    assert len(starts) > 8
    for end in starts[1:]:
        prefix = text[:end]
        parsed = parse(SourceFile("x.thesis", prefix))
        assert [d.code for d in parsed.diagnostics] == []
        assert len(parsed.file.declarations) == len([s for s in starts if s < end])
    for end in starts[1::4]:
        survives(text[:end])


def _cut(text: str, at: int, other: int, how: str) -> str:
    """The text with one token taken out, doubled, or changed for another."""
    tokens = list(TOKEN.finditer(text))
    one, two = sorted((tokens[at % len(tokens)], tokens[other % len(tokens)]), key=lambda m: m.start())
    if how == "delete":
        return text[: one.start()] + text[one.end() :]
    if how == "double":
        return f"{text[: one.end()]} {text[one.start() :]}"
    if one is two:
        return text
    return text[: one.start()] + two.group() + text[one.end() : two.start()] + one.group() + text[two.end() :]


places = st.integers(0, 10_000)


@settings(max_examples=40)
@given(st.sampled_from([SHIPPED, THESIS]), places, places, st.sampled_from(["delete", "double", "swap"]))
def test_a_token_deleted_doubled_or_swapped(text: str, at: int, other: int, how: str) -> None:
    survives(_cut(text, at, other, how))


SLIPS = [m for m in TOKEN.finditer(SHIPPED) if m.group()[0] not in '"#']


@pytest.mark.parametrize("part", [0, 1, *(pytest.param(part, marks=pytest.mark.soak) for part in range(2, 24))])
def test_one_slip_is_one_mistake(part: int) -> None:
    """One word left out that breaks the reading: it is told, and nothing that follows from it. Each run leaves out every
    twelfth word, a soak each."""
    for slip in SLIPS[part::24]:
        text = SHIPPED[: slip.start()] + SHIPPED[slip.end() :]
        codes = [d.code for d in survives(text).errors]
        if {"T003", "T004", "T005", "T006"} & set(codes):
            assert len(codes) == 1, f"`{slip.group()}` left out at {slip.start()}: {codes}"


@settings(max_examples=100)
@given(st.recursive(st.sampled_from(["1", "growth", "2%", "(1, 2)", '"a"', "2 days"]), lambda inner: st.one_of(
    st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "^", "and", "or", "<", "=", "is", "includes"]), inner).map(" ".join),
    inner.map("({})".format), inner.map("not {}".format), inner.map("-{}".format),
    st.tuples(st.sampled_from(["yoy", "max", "count", "lag", "nope", "high"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
), max_leaves=12))  # fmt: skip
def test_any_expression(expression: str) -> None:
    survives(f'rules x "X"\ninput growth : percent per quarter\nmetric m = {expression}\nkill k when {expression}\n')


@given(st.integers(MAX_DEPTH - 3, MAX_DEPTH + 3), st.sampled_from(["not ", "-", "(", "abs("]))
def test_the_limit_of_depth_is_sharp(depth: int, nest: str) -> None:
    """The deepest expression that reads checks too; one deeper is T007, never a crash."""
    inner = "1 < 2" if nest == "not " else "1"
    text = f'rules x "X"\nmetric m = {nest * depth}{inner}{")" * (depth * nest.count("("))}\nkill k when m is known\n'
    codes = {d.code for d in survives(text).errors}
    assert codes <= {"T007"}
    assert bool(codes) == (depth > MAX_DEPTH - {"not ": 2, "-": 1, "(": 0, "abs(": 1}[nest])


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_many_wounds(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(100):
        text = chance.choice([SHIPPED, THESIS])
        for _ in range(chance.randint(1, 6)):
            text = _cut(
                text, chance.randrange(10_000), chance.randrange(10_000), chance.choice(["delete", "double", "swap"])
            )
        survives(text)
