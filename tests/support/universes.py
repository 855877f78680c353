"""Small rules and tables of names (all invented) that the tests of screens share."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from dsl.check.checker import Checked
from dsl.text.source import UnreadableFileError
from evaluator.readers.layouts.mapping import Entry
from evaluator.session import service
from evaluator.session.reading import Failed
from evaluator.universe.files import opened
from evaluator.universe.layouts import layout_of
from evaluator.universe.running import Options, Whole, table_of, unreadable
from evaluator.universe.screened import Screened

DAY = dt.date(2026, 8, 21)
RULES = """\
rules cheap "Cheap and good"
input pe "Price to earnings" : multiple
input dividend_yield "Dividend yield" : percent at least 0%
input market_value "Market value" : money above 0
input ebit "EBIT" : money
input staff "Staff" : count
input listed "Listed" : flag
input kind "Kind" : choice of (bank, insurer, other)
param low_price "A low price" = 15x own "A guess"
metric earnings_yield "Earnings yield" : percent = ebit / market_value
pillar price "Is it cheap?"
bull cheap "A low price" on price when pe > 0x and pe <= low_price
bear dear "A low yield" on price when earnings_yield < 5%
verdict buy "Buy?"
  when pe > 0x and pe <= low_price and earnings_yield >= 5% then "Yes" bullish
  when pe > 30x then "No" bearish
  otherwise "Watch" neutral
"""
UNIVERSE = """\
name,company,sector,pe,market_value,ebit
ADAM,Adam,Tools,10,1000,100
BOLT,Bolt,Tools,14,1000,40
CORN,Corn (Class A),Food,40,1000,200
CORB,Corn (Class B),Food,,1000,
ECHO,Echo,,12,,50
"""


@cache
def rules(text: str = RULES) -> Checked:
    """Rules without errors."""
    found = service.without_errors(service.rules_at(service.RulesText(text), service.library_at(())))
    assert isinstance(found, Checked)
    return found


def whole(
    table: str | bytes, folder: Path, ending: str = ".csv", /, text: str = RULES, **said: object
) -> Whole | Failed:
    """A table as a universe; `said`: options of the command."""
    path = folder / f"universe{ending}"
    path.write_bytes(table.encode() if isinstance(table, str) else table)
    keys = ("ticker", "period", "each", "known", "currency", "unit", "decimal")
    asked = {k: v for k, v in said.items() if k not in (*keys, "map", "leave_out", "words")}
    mapped = said.get("map", ())
    assert isinstance(mapped, tuple)
    layout = layout_of(None, mapped, said.get("leave_out", ()), {k: said.get(k) for k in keys})  # type: ignore[arg-type, misc]
    if isinstance(layout, Failed):
        return layout
    if "words" in said:
        kind = Entry.model_validate({"name": "kind", "words": said["words"]})
        layout = layout.model_copy(update={"names": {**layout.names, "kind": kind}})
    try:
        raw = opened(path, path.name)
    except UnreadableFileError as error:
        return unreadable(error)
    return table_of(rules(text), raw, Options(DAY, layout, **asked))  # type: ignore[arg-type]


def screen(table: str | bytes, folder: Path, ending: str = ".csv", /, **said: object) -> Screened:
    """The screen of a table. `said`: options of the command; the currency is USD."""
    found = whole(table, folder, ending, **{"currency": "USD", **said})
    assert isinstance(found, Whole), found
    made = found.screened()
    assert isinstance(made, Screened), made
    return made


def refused(table: str | bytes, folder: Path, ending: str = ".csv", /, **said: object) -> str:
    """What is wrong with a table, with its mend; '' where nothing is."""
    found = whole(table, folder, ending, **{"currency": "USD", **said})
    made = found.screened() if isinstance(found, Whole) else found
    return "\n".join(f"{d.message}; {d.hint}" for d in made.diagnostics) if isinstance(made, Failed) else ""
