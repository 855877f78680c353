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
from evaluator.commands.options import NAME, as_of_option, facts_option, format_option, library_option, rules_option
from evaluator.commands.talk import FINDINGS, WRONG_USE, fail, out, out_json, say, show
from evaluator.session.reading import Failed
from evaluator.session.service import names_elsewhere
from evaluator.session.whose_facts import Asked, asked, everyone, rules_file

if TYPE_CHECKING:
    from evaluator.facts.model import Company


_ROUNDS = 3
"""So often a file that was mended is read and judged again."""


@click.command("check")
@click.argument("companies", type=NAME, nargs=-1, metavar="[TICKER|FILE]…")
@click.option(
    "--for", "ticker", type=NAME, metavar="TICKER", help="The one company that all files and folders are about."
)
@facts_option
@rules_option("Judge by these rules (default: all that are in the library).")
@as_of_option()
@library_option
@click.option(
    "--fix", is_flag=True, help="Apply every correction that can only be meant in one way, and write the files."
)
@format_option()
def command(
    companies: tuple[str, ...],
    ticker: str | None,
    facts: tuple[Path, ...],
    rules: tuple[str, ...],
    as_of: dt.date | None,
    library: tuple[Path, ...],
    fix: bool,
    form: str,
) -> None:
    """Find what is wrong or odd in facts: contradictions, sums that do not close, slips of units and signs, gaps."""
    from evaluator.checkup.audit import audit, declarations

    places = library_of(library)
    declared, elsewhere = programs(rules, places), names_elsewhere(places)
    today = dt.date.today()
    day = as_of or today
    results: list[tuple[str, Company | None, list[Diagnostic]]] = []
    missing = False
    beside = rules_file(rules, places)

    def judged(about: Company) -> list[Diagnostic]:
        program = declarations(declared, about)
        return audit(program, about, day, elsewhere, max(day, today)) if program else []

    for each in _companies(companies, ticker, facts, beside):
        about = each.company(beside)
        for _ in range(_ROUNDS if fix else 0):  # what cannot be read hides what else is wrong
            if not _mended(list(about.diagnostics) if isinstance(about, Failed) else judged(about.company)):
                break
            about = each.company(beside)
        if isinstance(about, Failed):
            missing = missing or about.wrong_use
            results.append((each.shown, None, sorted(about.diagnostics, key=Diagnostic.sort_key)))
            continue
        found = [*about.notes, *judged(about.company)]
        results.append((each.shown, about.company, sorted(found, key=Diagnostic.sort_key)))
    if form == "json":
        _json(results, day)
    else:
        _text(results)
    if missing:
        sys.exit(WRONG_USE)
    if any(d.is_error for _, _, found in results for d in found):
        sys.exit(FINDINGS)


def _mended(found: list[Diagnostic]) -> bool:
    """Whether files were mended; says which, and ends the run where one cannot be written."""
    from evaluator.session.fixing_facts import mend_facts

    files = mend_facts(found)
    problems = [each.problem for each in files if each.problem is not None]
    for each in files:
        if each.mended:
            say(f"{each.path}: {each.mended} mended")
    if problems:
        fail(problems, WRONG_USE)
    return any(each.mended for each in files)


def _companies(
    companies: tuple[str, ...], ticker: str | None, facts: tuple[Path, ...], rules: Path | None
) -> list[Asked]:
    """Those that are named; without names all of which facts are there."""
    if companies or ticker is not None:
        return asked(companies, ticker, facts)
    files = [path for path in facts if not path.is_dir()]
    if files:
        return asked([], None, facts) or [Asked(", ".join(map(str, facts)), None, facts)]
    return asked(everyone(facts, rules), None, facts)


def _text(results: list[tuple[str, Company | None, list[Diagnostic]]]) -> None:
    every = [d for _, _, found in results for d in found]
    show(every)
    if every:
        say(f"`thesis check --explain {every[0].code}` says more")
    sure = sum(d.sure_fix is not None for d in every)
    if sure:
        say(f"`thesis facts check --fix` mends {sure} of these")
    for argument, company, found in results:
        result = summary(found) if found else "nothing to mend"
        out(f"{argument}: {result}" + (f", {len(company.facts)} facts" if company else ""))


def _json(results: list[tuple[str, Company | None, list[Diagnostic]]], day: dt.date) -> None:
    from evaluator.schema.commands import diagnostic_output
    from evaluator.schema.facts import CheckedFacts, FactsCheckOutput

    checked = [
        CheckedFacts(
            file=company.path if company else argument,
            files=list(company.files) if company else [],
            ticker=company.ticker if company else None,
            name=company.name if company else None,
            facts=len(company.facts) if company else 0,
            ok=company is not None and not any(d.is_error for d in found),
            diagnostics=[diagnostic_output(d) for d in found],
        )
        for argument, company, found in results
    ]
    out_json(FactsCheckOutput(as_of=day.isoformat(), companies=checked))
