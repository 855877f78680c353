"""`thesis compare`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evaluator.codes.messages import make
from evaluator.commands.common import day_of, library_of, open_checked, run_checked, settled
from evaluator.commands.forms import form_of
from evaluator.commands.looks import speech, spoken, told_of
from evaluator.commands.options import (
    NAME,
    as_of_option,
    facts_option,
    language_option,
    library_option,
    output_option,
    page_option,
    set_option,
)
from evaluator.commands.talk import WRONG_USE, fail, write
from evaluator.session.service import names_elsewhere, program_of

if TYPE_CHECKING:
    from evaluator.schema.names import CompareOutput

_FORMS = ("md", "html", "csv", "json", "xlsx")
_READ = ("md", "html", "xlsx")
"""What people read; CSV and JSON are for programs, and in English."""


@click.command("compare")
@click.argument("rules", type=NAME)
@click.option(
    "--for", "names", required=True, multiple=True, metavar="T,T=RULES,…",
    help="The companies, with commas between them; T=RULES evaluates one by its own rules.",
)  # fmt: skip
@facts_option
@as_of_option("One day for all: only what was known then (default: today).")
@set_option("Put a value in place of one of theirs, for all.")
@library_option
@click.option(
    "--sort", default="given", metavar="KEY", help="score, ticker, the name of a verdict or metric, or given (default)."
)
@language_option
@page_option(*_FORMS)
@output_option
def command(
    rules: str,
    names: tuple[str, ...],
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    sort: str,
    language: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Hold companies side by side: RULES for all, or T=RULES for one."""
    chosen = form_of(form, output, _FORMS, "md")
    asked = _asked(names, rules)
    places = library_of(library)
    checked = {name: open_checked(name, places) for name in dict.fromkeys([rules, *asked.values()])}
    day = day_of(as_of)
    from evaluator.across.compare import compare

    elsewhere = names_elsewhere(places)
    runs = [run_checked(checked[own], places, ticker, facts, day, settings, elsewhere) for ticker, own in asked.items()]
    found = settled(compare(program_of(checked[rules]), runs, sort))
    if chosen in _READ:
        for own in reversed(checked.values()):
            found = spoken(found, told_of(language, own))
    with speech(language if chosen in _READ else "en"):
        product = _rendered(found, chosen)
    write(product, output)


def _asked(given: tuple[str, ...], rules: str) -> dict[str, str]:
    """Each ticker with the rules it is held to, in the order given; ends the run where that is not clear."""
    found: dict[str, str] = {}
    problems = []
    for part in (part.strip() for text in given for part in text.split(",")):
        ticker, sign, own = (piece.strip() for piece in part.partition("="))
        if not ticker or (sign and not own):
            mend = "write tickers with commas between them, and TICKER=RULES for their own rules"
            what = f"`{part}` names no {'rules' if ticker else 'company'}"
            problems.append(make("C020", None, what=what, mend=mend))
        elif ticker in found:
            problems.append(make("C020", None, what=f"{ticker} is named twice", mend="name each company once"))
        else:
            found[ticker] = own or rules
    if problems:
        fail(problems, WRONG_USE)
    return found


def _rendered(found: CompareOutput, form: str) -> str | bytes:
    if form == "json":
        from evaluator.render.as_json import render_json

        return render_json(found)
    if form == "xlsx":
        from evaluator.render.workbook import to_xlsx

        return to_xlsx(found)
    from evaluator.render.compare import render_compare, to_csv

    if form == "csv":
        return to_csv(found)
    return render_compare(found, "html" if form == "html" else "md")
