"""Screens as people write them: ratios of figures of any sign, compared with bounds. No comparison that a denominator below 0
turns in the company's favour passes the check without a warning, and with the warning's own edits applied none is left.

The law is held by running the rules: figures are drawn, below 0 where bounds allow it, and what the check did not warn of
must not hold while one of its denominators is below 0.
"""

from __future__ import annotations

import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.text.diagnostics import to_text
from dsl.text.edits import applied
from dsl.text.source import SourceFile
from evaluator.values.values import May, Truth
from tests.rules.free_signs import AS_OF, Figures, about, figures
from tests.support.runs import ran, read

HEAD = """\
rules screen
input aa : money per year
input bb : money per year{bounds}
pillar p "?"
"""
NAMES = ("aa", "bb", "cc")
BOUNDS = ("", "", "", " above 0", " at least 0", " at most 0")
GUARDS = (
    "{d} > 0",
    "{d} >= 1 USD",
    "0 < {d} and {n} > 0",
    "{d} > 0 or {n} > 0",
    "{n} > 0",
    "{d} < 0",
    "not ({d} <= 0)",
)
_SAME = "{d}"
FORMS = {
    "{n} / {d}": _SAME, "{n} / ({d} + {d})": _SAME, "-({n} / {d})": _SAME, "{n} / {d} - 100%": _SAME, "({n} - {d}) / {d}": _SAME,
    "{n} / latest({d})": _SAME, "100% - {n} / {d}": _SAME, "{n} / {d} * {n} / {d}": _SAME, "{n} / ({d} * 3)": _SAME,
    "{n} / abs({d})": "never", "{n} / max({d}, {n})": "both", "{n} / ({d} - {n})": "less",
}  # fmt: skip
"""Figures made of a ratio of two inputs, and when a denominator in them is below 0: where `d` is, never, where both are, where it is
less than `n`."""
CONDITIONS = ("{r} {op} {limit}", "{r} between {limit} and 900%", "{d} > 0 and {r} {op} {limit}",
              "{n} > 0 and {r} {op} {limit}", "not ({r} {op} {limit})", "any({r} {op} {limit})")  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Screen:
    """A rule file with one bull, and when one of its denominators is below 0."""

    text: str
    top: str
    under: str
    below: str
    alone: bool
    """Whether the comparison of the ratio alone decides."""

    def negative(self, drawn: Figures) -> bool:
        """Whether a denominator is below 0 with these figures."""
        top, under = (drawn[name][-1] for name in (self.top, self.under))
        assert isinstance(top, float)
        assert isinstance(under, float)
        match self.below:
            case "never":
                return False
            case "both":
                return top < 0 and under < 0
            case "less":
                return under < top
            case _:
                return under < 0


@st.composite
def screens(draw: st.DrawFn) -> Screen:
    """Inputs of free sign or with bounds, a metric that is a ratio, guarded or not, a bull that compares it."""
    lines = ["rules screen"]
    for name in NAMES:
        lines.append(f"input {name} : money per year{draw(st.sampled_from(BOUNDS))}")
    top, under = draw(st.permutations(NAMES))[:2]
    form, below = draw(st.sampled_from(sorted(FORMS.items())))
    ratio = form.format(n=top, d=under)
    guard = draw(st.one_of(st.none(), st.sampled_from(GUARDS)))
    meaningful = f" meaningful when {guard.format(n=top, d=under)}" if guard else ""
    lines += [f"metric r : percent = {ratio}{meaningful}", 'pillar p "?"']
    limit, operator = (
        draw(st.sampled_from(("-50%", "0%", "15%", "300%"))),
        draw(st.sampled_from(("<", "<=", ">", ">="))),
    )
    compared = draw(st.sampled_from(("r", "r", f"({ratio})")))
    said = draw(st.sampled_from(CONDITIONS)).format(r=compared, op=operator, limit=limit, n=top, d=under)
    asked = draw(st.one_of(st.none(), st.sampled_from(GUARDS)))
    applies = f" applies when {asked.format(n=top, d=under)}" if asked else ""
    lines.append(f"bull c on p{applies} when {said}")
    return Screen("\n".join(lines) + "\n", top, under, below, " and " not in said)


def _checked(text: str) -> Checked:
    found = check_file(SourceFile("main.thesis", text), Library(()))
    assert found.program is not None, "\n".join(to_text(d) for d in found.diagnostics)
    return found


def _warned(found: Checked) -> bool:
    return any(d.code == "T086" for d in found.diagnostics)


def _is_true(value: object) -> bool:
    return isinstance(value, Truth) and value.possible is May.TRUE


def _rewarded(screen: Screen, found: Checked, seed: int) -> bool:
    """Whether the bull holds while a denominator is below 0."""
    assert found.program is not None
    drawn = figures(found.program, seed)
    evaluation = ran(found.source.text, about(found.program, drawn), AS_OF).evaluation
    return screen.negative(drawn) and _is_true(read(evaluation, "c"))


@settings(max_examples=120, deadline=None)
@given(screen=screens(), seed=st.integers(0, 10_000))
def test_no_comparison_that_a_negative_denominator_rewards_passes_without_a_warning(screen: Screen, seed: int) -> None:
    found = _checked(screen.text)
    for step in range(0 if _warned(found) else 4):
        assert not _rewarded(screen, found, seed + step), screen.text


@settings(max_examples=40, deadline=None)
@given(screen=screens(), seed=st.integers(0, 10_000))
def test_its_edits_leave_nothing_that_a_negative_denominator_rewards(screen: Screen, seed: int) -> None:
    found = _checked(screen.text)
    warned = _warned(found)
    for _ in range(4):
        fix = next((d.fixes[0] for d in found.diagnostics if d.code == "T086" and d.fixes), None)
        found = _checked(applied(found.source, fix.edits).text) if fix is not None else found
    if warned and not _warned(found):
        assert not _rewarded(screen, found, seed), found.source.text


@settings(max_examples=120, deadline=None)
@given(screen=screens(), seed=st.integers(0, 10_000))
def test_what_a_negative_denominator_decides_stands_among_the_doubts_of_the_report(screen: Screen, seed: int) -> None:
    """Whoever passes over the warning reads it with the verdict: a bull that is decided by a ratio alone has an entry
    in `doubts` where, and only where, a denominator under it is below 0."""
    found = _checked(screen.text)
    assert found.program is not None
    for step in range(3):
        drawn = figures(found.program, seed + step)
        report = ran(screen.text, about(found.program, drawn), AS_OF).report()
        (bull,) = report.conditions
        (name,) = [d.name for d in report.doubts][:1] or [""]
        if not screen.negative(drawn) or bull.state not in ("true", "false"):
            assert not name, screen.text
        elif screen.alone:
            assert name == "c", screen.text


def test_most_drawn_screens_without_a_guard_are_warned_of() -> None:
    """The other way round: a bare ratio of free signs is always told."""
    for operator in ("<", "<=", ">", ">="):
        text = HEAD.format(bounds="") + f"bull c on p when aa / bb {operator} 15%\n"
        assert _warned(_checked(text)), text
        assert not _warned(_checked(HEAD.format(bounds=" above 0") + f"bull c on p when aa / bb {operator} 15%\n"))
