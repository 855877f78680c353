"""Formulas as a spreadsheet writes them.

In: trees over lines, and where each line stands. Out: texts that begin with `=`. Must not know what they are about.

Only what Excel 2007, LibreOffice and Google Sheets know alike is used, and no text from outside is ever part of a formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evaluator.ledger.trees import All, Any, At, Fn, Holds, Key, Logic, Neg, Not, Num, Op, Tree, Where
from evaluator.values.bounds import REL_TOLERANCE

MAX_FORMULA = 8000
"""A formula of more characters is not written: Excel takes 8,192."""
MAX_TEXT = 32_000
"""A cell holds so many characters; Excel takes 32,767."""
Places = Mapping[tuple[str, bool], str]
"""Where the lower and the upper bound of each line stand: `Figures!$D$7`."""


def formula(tree: Tree, places: Places) -> str:
    """A formula without its `=`. Every part stands in brackets: in a spreadsheet −2^2 is 4."""
    match tree:
        case Num():
            return repr(tree.value) if tree.value >= 0 else f"({tree.value!r})"
        case Key():
            return places[tree.of, tree.high]
        case Neg():
            return f"(-{formula(tree.of, places)})"
        case Op():
            return f"({formula(tree.left, places)}{tree.sign}{formula(tree.right, places)})"
        case Fn():
            return f"{tree.name}({','.join(formula(part, places) for part in tree.of)})"
        case Where():
            asked = ",".join(_holds(each, places) for each in tree.conditions)
            return f"IF(AND({asked}),{formula(tree.of, places)},NA())"


def _holds(each: Holds, places: Places) -> str:
    one, other = formula(each.left, places), formula(each.right, places)
    if each.operator in (">", ">="):
        one, other = other, one
    return _below(one, other) if each.operator in ("<", ">") else f"NOT({_below(other, one)})"


def guarded(value: str, same: Sequence[str]) -> str:
    """A value that thesis calculated, without its `=`: as long as each of these cells says 1, that what it rests on is as it was;
    else #N/A, which everything that reads it becomes as well. So nothing stands on a figure of before."""
    unchanged = ",".join(f"{cell}=1" for cell in same)
    return f"IF(AND({unchanged}),{value},NA())"


def short(text: str) -> str:
    """A text that fits a cell; one that is cut says so."""
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}… (cut here; it has {len(text):,} characters)"


def comparison(operator: str, one: tuple[str, str], other: tuple[str, str], opposite: bool) -> str:
    """Whether a comparison holds by the cells of the lower and upper ends of both sides, without its `=`: `true`, `false` or
    `unknown`. An empty cell is an end of which nothing is known. Two figures are the same where only rounding sets them apart."""
    if operator in (">", ">="):
        one, other, operator = other, one, {">": "<", ">=": "<="}[operator]
    if operator == "<":
        sure = _both(one[1], other[0], _below(one[1], other[0]))
        never = _both(one[0], other[1], f"NOT({_below(one[0], other[1])})")
    else:
        sure = _both(one[1], other[0], f"NOT({_below(other[0], one[1])})")
        never = _both(one[0], other[1], _below(other[1], one[0]))
    yes, no = ('"false"', '"true"') if opposite else ('"true"', '"false"')
    return f'IF({sure},{yes},IF({never},{no},"unknown"))'


def _both(one: str, other: str, then: str) -> str:
    return f"AND(ISNUMBER({one}),ISNUMBER({other}),{then})"


def _below(one: str, other: str) -> str:
    return f"{other}-{one}>{REL_TOLERANCE!r}*MAX(ABS({one}),ABS({other}))"


def state(applies: Logic | None, when: Logic, tests: Sequence[str]) -> str:
    """The state of a condition by the cells of its tests, without its `=`."""
    found = logic(when, tests)
    if applies is None:
        return found
    first = logic(applies, tests)
    return f'IF({first}="false","not applicable",IF(OR({first}="true",{found}="false"),{found},"unknown"))'


def logic(of: Logic, tests: Sequence[str]) -> str:
    """`true`, `false` or `unknown` by the cells of tests, as Kleene's logic has it."""
    match of:
        case At():
            return tests[of.test]
        case Not():
            inner = logic(of.of, tests)
            return f'IF({inner}="true","false",IF({inner}="false","true","unknown"))'
        case All() | Any():
            parts = [logic(part, tests) for part in of.of]
            ends, rest = ("false", "true") if isinstance(of, All) else ("true", "false")
            some = ",".join(f'{part}="{ends}"' for part in parts)
            every = ",".join(f'{part}="{rest}"' for part in parts)
            return f'IF(OR({some}),"{ends}",IF(AND({every}),"{rest}","unknown"))'


def pillar(bulls: Sequence[str], bears: Sequence[str]) -> str:
    """The status of a pillar by the cells of the states of its conditions, without its `=`."""
    bull, bear = _some(bulls, "true"), _some(bears, "true")
    bull_may, bear_may = (f"OR({_some(cells, 'true')},{_some(cells, 'unknown')})" for cells in (bulls, bears))
    return (
        f'IF(AND({bull},{bear}),"contested",IF(AND({bull},NOT({bear_may})),"supported",IF(AND({bear},NOT({bull_may})),'
        f'"undermined",IF(OR({bull_may},{bear_may}),"not decided","open"))))'
    )


def _some(cells: Sequence[str], state: str) -> str:
    """Whether one of them is in a state."""
    asked = ",".join(f'{cell}="{state}"' for cell in cells)
    return f"OR({asked})" if cells else "FALSE"
