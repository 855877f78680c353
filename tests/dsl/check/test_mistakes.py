"""What analysts get wrong, one line each, and what they are told: every function with every kind, and a list of slips."""

from __future__ import annotations

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from dsl.types.functions import FUNCTIONS, Shape
from dsl.types.units import Frequency, Kind, Type
from tests.conftest import Golden
from tests.paths import GOLDEN

HEAD = """rules h "H"
input mon : money per quarter
input usd : money in USD per quarter
input yr : money per year
input pct : percent per quarter
input ord : count per quarter
input mul : multiple per quarter
input prc : money per day
input wk : money per week
input cash : money
input flg : flag
input dat : date
input txt : text
input cho : choice of (a, b)
input rts : set of (a, b)
pillar pil "?"
bull bul on pil when pct > 5%
verdict ver when bul then "x" otherwise "y"
"""
NAMES = ("mon", "yr", "pct", "ord", "mul", "prc", "wk", "cash", "flg", "dat", "txt", "cho", "rts", "pil", "bul", "ver",
         "60 days", "2026-01-01", '"text"', "5", "38%")  # fmt: skip
KINDS = [[Type(kind, series=Frequency.QUARTER)] for kind in Kind]
WINDOWS = {"prc": "60 days", "wk": "8 weeks", "yr": "3 years"}

SLIPS = """
scenario s assume pct = 38
scenario s assume usd = 5bn CNY
scenario s assume usd = mon
scenario s assume yr = mon
scenario s assume mon = 5
scenario s assume mon = 0
scenario s assume dat = 2026-01-01, pct = "x"
input b : percent between 0 and 100
input b : money between 0 and 5
input b : money in USD between 0 and 5bn CNY
input b : text between 0 and 5
metric m = pct tolerance 5
metric m = mon tolerance 5%
metric m = pct tolerance 2pp
metric m = mon / yr
metric m = latest(mon) / ttm(mon)
metric m = ttm(ord) - ord
metric m : count per year = ttm(ord)
metric m : money per quarter = ttm(mon)
metric m : money in USD per quarter = mon
metric m : percent = mon
forecast f for 3 years starts ttm(mon) then mon
forecast f for 3 years starts pct then 5
forecast f for 3 years starts pct then previous + 1pp
forecast f for 3 years starts ttm(mon) then previous * (1 + pct)
uncertain pct ~ normal(35, 6)
uncertain pct ~ normal(35%, 6bn USD)
uncertain mon ~ lognormal(35%, 6pp)
kill k when pct between 5 and 10
kill k when 5 < pct < 10
kill k when 1 < pil < 3
kill k when pct - 5 > 0
kill k when 2 * pct > 5%
kill k when dat + 30 > 2026-01-01
kill k when pil + bul > 1
kill k when mon > 5bn for 2 years
kill k when pct > 5% for 2 years
kill k when cash > 5bn USD for 2 quarters
kill k when pct is "high"
kill k when bul = true
kill k when dat = "x"
kill k when -dat > 3
bull c on pil weight -1 when pct > 5%
example "e" given pct = 5bn USD expect pct
catalyst c on 2026-08-27 expects pct
kill k when pct > 5% because "{nothing} {pil + 1}"
param t = 5% from 2026-01-01 = 6
param t : money = 5bn USD from 2026-01-01 = 6%
kill k when max(0, mon) > 5bn CNY and first_known(pct, 5) > 2%
"""


def checked(line: str) -> Checked:
    return check_file(SourceFile("h.thesis", f"{HEAD}{line}\n"), Library(()))


def test_slips(golden: Golden) -> None:
    shown = []
    for line in SLIPS.strip().splitlines():
        found = checked(line).errors
        told = [f"  {d.code}: {d.message}\n        {d.hint}" for d in found] or ["  fine"]
        shown.append("\n".join([line, *told]))
    golden(GOLDEN / "slips.txt", "\n".join(shown) + "\n")


def test_every_function_with_every_kind(golden: Golden) -> None:
    """One list for all functions that take and give the same, under the first of them."""
    shown: dict[tuple[object, ...], list[str]] = {}
    for name, row in FUNCTIONS.items():
        lines = [name]
        for argument in NAMES:
            rest = dict.fromkeys(("days_between", "months_between"), ", 2026-01-01").get(
                name, ", 4" if row.fewest == 2 else ""
            )
            if row.shape is Shape.WINDOW:
                rest = f", {WINDOWS.get(argument, '8 quarters')}"
            found = checked(f"metric m = {name}({argument}{rest})")
            assert len(found.errors) <= 1, f"{name}({argument}{rest})"
            program = found.program
            lines.append(f"  {argument:<12}{program.metrics['m'].type if program else found.errors[0].code}")
        alike = (row.slots, row.optional, row.rest, row.shape is Shape.REDUCE, row.plain_only, *map(row.result, KINDS))
        first = shown.setdefault(alike, lines)
        assert first[1:] == lines[1:], f"{name} and {first[0]} take and give the same"
    golden(GOLDEN / "functions.txt", "\n".join(line for lines in shown.values() for line in lines) + "\n")
