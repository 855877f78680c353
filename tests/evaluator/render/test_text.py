"""Escaping for Markdown: the quick way for plain texts is the long way."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from evaluator.render.text import _marked, escape_md

LIKELY = st.text(st.sampled_from("aZ09 .,:;%()'/=-+_*|~[]<>&#$\\`\n\tü漢!"), max_size=12)


@given(LIKELY | st.text(max_size=8))
@example("a  b")
@example("a ")
@example("12.")
@example("2026-03-31")
@example("-")
@example("a\n")
@example("1\n")
def test_what_needs_no_mark_is_left_alone(text: str) -> None:
    assert escape_md(text) == (text if text in ("<", ">") else _marked(text))
