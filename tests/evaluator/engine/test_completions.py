"""Brute force: whatever the missing facts turn out to be, nothing decided turns and no bound is left, with what means nothing,
bounds of one end, `meaningful when`, kills and catalysts among what is asked.

Left out are forms that ask what is known (`is known`, `first_known`, `is pending`): knowing more changes them by design.
"""

from __future__ import annotations

import datetime as dt
import re
from itertools import product

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from evaluator.engine.evaluation import Evaluation
from evaluator.engine.verdicts import score
from tests.support.grid import ASKED, HEAD, PLAIN, SIGNED, SIGNS, UNDER
from tests.support.narrowing import nothing_wider
from tests.support.runs import company, fact, ran

AS_OF = dt.date(2026, 5, 14)
WRITTEN = {
    "n": ("0", "1", "2"), "m": ("0", "1", "2"), "d": ("-1", "0", "1"), "share": ("5%", "10%", "15%", "20%", "25%"),
    "part": ("0%", "10%", "15%", "100%"), "cap": ("0.5", "1", "3"), "low": ("-2", "0", "1"), "open_now": ("yes", "no"),
    "kind": ("cloud", "shop"), "routes": ("[a]", "[b]", "[a, b]"),
}  # fmt: skip
"""What each input may turn out to be, inside the bounds of its declaration and on each side of what is asked."""
ABOUT_KNOWING = re.compile(r"known")
FIGURES = tuple(f for f in (*PLAIN, *SIGNED) if not ABOUT_KNOWING.search(f))
TRUTHS = tuple(a for a in ASKED if not ABOUT_KNOWING.search(a))
EVENTS = ("k has happened", "k has not happened", "old has happened", "c is met", "c is missed")


def inputs_of(text: str) -> set[str]:
    words = set(re.findall(r"[a-z_]+", text))
    return (words & WRITTEN.keys()) | {name for metric in words & UNDER.keys() for name in UNDER[metric].split()}


def atoms() -> st.SearchStrategy[str]:
    figures = st.tuples(st.sampled_from(FIGURES), SIGNS, st.sampled_from(["0", "1", "2", "0.5"])).map(" ".join)
    bounded = st.tuples(st.sampled_from(["cap", "low"]), SIGNS, st.sampled_from(["0", "1", "2"])).map(" ".join)
    return st.one_of(figures, figures, bounded, st.sampled_from(TRUTHS))


def joined(leaves: st.SearchStrategy[str], most: int = 3) -> st.SearchStrategy[str]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
            inner.map(lambda c: f"not ({c})"),
        ),
        max_leaves=most,
    )


@st.composite
def rule_files(draw: st.DrawFn) -> str:
    """Two conditions, a kill of this day and one whose deadline has passed, a catalyst, and a table over all of them."""
    asked = joined(atoms(), 2)
    over = joined(st.one_of(atoms(), st.sampled_from((*EVENTS, "one is supported", "b", "not b"))), 2)
    head = HEAD.replace('rules drawn "Drawn"', 'rules main "Drawn" since 2026-04-01')
    applies = f" applies when {draw(atoms())}" if draw(st.booleans()) else ""
    return head + (
        f'pillar one "One?"\nbull b on one{applies} when {draw(asked)}\n  because "It is."\n  else because "It is not."\n'
        f"bear w on one when {draw(asked)}\nkill k by 2026-12-31 when {draw(asked)}\nkill old by 2026-04-20 when {draw(asked)}\n"
        f"catalyst c on 2026-05-01 expects {draw(asked)}\n"
        f'verdict v\n  when {draw(over)} then "A" bullish\n  when {draw(over)} then "B" bearish\n  otherwise "C"\n'
    )


def evaluated(text: str, known: dict[str, str]) -> Evaluation:
    """Each fact of a day after the thesis began, known on that day."""
    facts = "".join(f"  {n}:\n{fact('2026-04-10', v, '2026-04-10', key='date')}" for n, v in known.items())
    return ran(text, company(facts or "  {}\n", ends="12-31"), AS_OF).evaluation


def inside(before: Evaluation, after: Evaluation) -> None:
    nothing_wider(before, after)
    for name, judged in before.judged.items():
        assert judged.counts | after.judged[name].counts is judged.counts, name
    was_score, score_now = score(before), score(after)
    if was_score is not None and score_now is not None:
        assert was_score.low - 1e-9 <= score_now.low
        assert score_now.high <= was_score.high + 1e-9
    assert was_score is not None or score_now is None
    for kill in before.program.kills.values():
        was, now = before.happened(kill), after.happened(kill)
        assert now.possible & was.possible is now.possible, f"{kill.name} has happened"


def nothing_turns(text: str, data: st.DataObject) -> None:
    note(text)
    asked = sorted(inputs_of(text.split('pillar one "One?"')[1]))
    if not asked:
        return
    missing = data.draw(st.lists(st.sampled_from(asked), min_size=1, max_size=2, unique=True))
    known = {name: data.draw(st.sampled_from(WRITTEN[name])) for name in asked if name not in missing}
    note(f"{known}, missing {missing}")
    before = evaluated(text, known)
    for values in product(*(WRITTEN[name] for name in missing)):
        completion = dict(zip(missing, values, strict=True))
        note(f"{completion}")
        inside(before, evaluated(text, known | completion))


@settings(max_examples=25)
@given(rule_files(), st.data())
def test_no_way_in_which_the_missing_turns_out_leaves_what_was_said(text: str, data: st.DataObject) -> None:
    nothing_turns(text, data)


@pytest.mark.soak
@settings(max_examples=2000)
@given(rule_files(), st.data())
def test_no_way_in_which_the_missing_turns_out_leaves_what_was_said_soak(text: str, data: st.DataObject) -> None:
    nothing_turns(text, data)
