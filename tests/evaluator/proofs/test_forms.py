"""Proofs over the forms in which figures and words go by cases: what z3 proves is what listing every world gives."""

from __future__ import annotations

from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from evaluator.proofs.prove import prove
from tests.support.grid import ASKED, DAY, HEAD, PLAIN, SIGNED, SIGNS, checked, expected

FORMS = ("if ", "band", "cases", " in (", "not between")
FIGURES = [f for f in (*PLAIN, *SIGNED) if any(form in f for form in FORMS)]
TRUTHS = [a for a in ASKED if any(form in a for form in FORMS)]


@st.composite
def files(draw: st.DrawFn) -> str:
    """A table of two rows over figures and words by cases."""
    figures = st.tuples(st.sampled_from(FIGURES), SIGNS, st.sampled_from(["0", "1", "2"])).map(" ".join)
    rows = [draw(st.one_of(figures, st.sampled_from(TRUTHS))) for _ in range(2)]
    return (
        f'{HEAD}pillar one "One?"\nbull c on one when {rows[0]}\nbear e on one when not ({rows[1]})\n'
        f'verdict v\n  when {rows[0]} then "A"\n  when {rows[1]} then "B"\n  otherwise "C"\n'
    )


def agree(text: str) -> None:
    note(text)
    program = checked(text)
    found = prove(program, DAY, 20.0)
    assert {(f.code, f.name, f.row) for f in found.findings} == expected(program)


@settings(max_examples=10, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(files())
def test_proofs_of_forms_agree_with_listing_every_world(text: str) -> None:
    agree(text)
