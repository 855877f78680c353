"""`thesis facts check`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dsl.text.diagnostics import Diagnostic, summary
from evaluator.commands.common import library_of
from evaluator.commands.facts.common import programs
from evaluator.commands.options import NAME, as_of_option, format_option, library_option, rules_option
from evaluator.commands.talk import FINDINGS, WRONG_USE, out, out_json, say, show
from evaluator.session.places import known_tickers
from evaluator.session.reading import Failed
from evaluator.session.service import names_elsewhere
from evaluator.session.whose_facts import company_at

if TYPE_CHECKING:
    from evaluator.facts.model import Company


@click.command("check")
@click.argument("companies", type=NAME, nargs=-1, metavar="[TICKER|FILE]…")
@rules_option("Judge by these rules (default: all that are in the library).")
@as_of_option()
@library_option
@format_option()
def command(
    companies: tuple[str, ...], rules: tuple[str, ...], as_of: dt.date | None, library: tuple[Path, ...], form: str
) -> None:
    """Find what is wrong or odd in facts: contradictions, sums that do not close, slips of units and signs, gaps."""
    from evaluator.checkup.audit import audit, declarations

    places = library_of(library)
    declared, elsewhere = programs(rules, places), names_elsewhere(places)
    today = dt.date.today()
    day = as_of or today
    results: list[tuple[str, Company | None, list[Diagnostic]]] = []
    missing = False
    for argument in companies or tuple(known_tickers()):
        about = company_at(argument)
        if isinstance(about, Failed):
            missing = missing or about.wrong_use
            results.append((argument, None, sorted(about.diagnostics, key=Diagnostic.sort_key)))
            continue
        program = declarations(declared, about.company)
        found = audit(program, about.company, day, elsewhere, max(day, today)) if program else []
        results.append((argument, about.company, sorted([*about.notes, *found], key=Diagnostic.sort_key)))
    if form == "json":
        _json(results, day)
    else:
        _text(results)
    if missing:
        sys.exit(WRONG_USE)
    if any(d.is_error for _, _, found in results for d in found):
        sys.exit(FINDINGS)


def _text(results: list[tuple[str, Company | None, list[Diagnostic]]]) -> None:
    every = [d for _, _, found in results for d in found]
    show(every)
    if every:
        say(f"`thesis check --explain {every[0].code}` tells more")
    for argument, company, found in results:
        told = summary(found) if found else "nothing to mend"
        out(f"{argument}: {told}" + (f", {len(company.facts)} facts" if company else ""))


def _json(results: list[tuple[str, Company | None, list[Diagnostic]]], day: dt.date) -> None:
    from evaluator.schema.commands import diagnostic_output
    from evaluator.schema.facts import CheckedFacts, FactsCheckOutput

    checked = [
        CheckedFacts(
            file=company.path if company else argument,
            ticker=company.ticker if company else None,
            name=company.name if company else None,
            facts=len(company.facts) if company else 0,
            ok=company is not None and not any(d.is_error for d in found),
            diagnostics=[diagnostic_output(d) for d in found],
        )
        for argument, company, found in results
    ]
    out_json(FactsCheckOutput(as_of=day.isoformat(), companies=checked))
