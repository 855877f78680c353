"""`thesis report`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import click

from evaluator.commands.common import any_day, day_of, library_of, open_checked, run_rules, settled
from evaluator.commands.forms import form_of
from evaluator.commands.options import NAME, PATH, PIPED, STDIN, DayType, company_options, output_option, page_option
from evaluator.commands.talk import coloured, out, progress, say, write
from evaluator.session.service import names_elsewhere, no_writer

if TYPE_CHECKING:
    from evaluator.ledger.ledger import Ledger
    from evaluator.schema.beside import ReportBeside
    from evaluator.schema.report import Report
    from evaluator.session.run import Run

_WARNINGS = 5
_FORMS = ("md", "html", "json", "pdf", "docx", "xlsx", "card", "slack")


@click.command("report")
@click.argument("rules", type=NAME)
@company_options
@click.option(
    "--with",
    "sections",
    type=NAME,
    multiple=True,
    metavar="SECTION,…",
    help="Add what other commands say: flip, scenarios, simulate, sensitivity, changes, history.",
)
@click.option(
    "--since",
    type=DayType(),
    metavar="DATE",
    help="Since when changes (default: before figures last became known) and history (default: a year) look back.",
)
@page_option(*_FORMS)
@output_option
@click.option("--template", type=PATH, metavar="FILE.docx", help="Take the styles of a Word document from this one.")
def command(
    rules: str,
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    sections: tuple[str, ...],
    since: dt.date | None,
    form: str | None,
    output: Path | None,
    template: Path | None,
) -> None:
    """Render the verdict report of RULES (a file, or a name from `thesis list`)."""
    chosen = form_of(form, output, _FORMS, "md", lines="card")
    if template is not None and chosen != "docx":
        raise click.UsageError("--template is of a Word document: write -o with a name that ends in .docx")
    settled(no_writer(chosen))
    report: Report
    if sections or since is not None:
        run, report = _beside(rules, ticker, facts, as_of, settings, library, sections, since)
    else:
        run = run_rules(rules, ticker, facts, as_of, settings, library)
        report = run.report()
    product = _product(chosen, run, report, template)
    for warning in report.warnings[:_WARNINGS]:
        say(f"warning: {warning}")
    if len(report.warnings) > _WARNINGS:
        say(f"… and {len(report.warnings) - _WARNINGS} more warnings: see `thesis check`")
    if chosen == "card" and output is None:
        from evaluator.render.documents.card import lines

        for line in lines(report, coloured):
            out(line)
    else:
        write(product, output)


def _product(form: str, run: Run, report: Report, template: Path | None) -> str | bytes:
    """The report in a form; what is to be said of it is said, and what stands in the way ends the run."""
    if form == "json":
        from evaluator.render.as_json import render_json

        return render_json(report)
    if form in ("md", "html"):
        from evaluator.render.outlook.pages import report_page

        return report_page(report, cast(Literal["md", "html"], form))
    from evaluator.render.documents.product import product

    made = settled(product(form, report, lambda: _ledger(run, report), template))
    for warning in made.warnings:
        say(f"warning: {warning}")
    return made.product


def _ledger(run: Run, report: Report) -> Ledger:
    from evaluator.ledger.build import ledger

    return ledger(run.evaluation, report)


def _beside(
    rules: str,
    ticker: str | None,
    facts: Sequence[Path],
    as_of: dt.date | None,
    settings: Sequence[str],
    library: Sequence[Path],
    sections: Sequence[str],
    since: dt.date | None,
) -> tuple[Run, ReportBeside]:
    """The run, and the report with sections beside its own; ends the run with what stands in the way."""
    if rules == STDIN and PIPED in facts:
        raise click.UsageError("- is standard input: it holds either rules or facts")
    from evaluator.outlook.beside import Asked, beside, not_made, wanted

    names = settled(wanted(sections, since))
    places = library_of(library)
    day = day_of(as_of)
    days = any_day(open_checked(rules, places), places, ticker, facts, settings, names_elsewhere(places))
    run = settled(days.at(day))
    with progress("history") as tick:
        found = settled(beside(Asked(run, days, since, tick), names))
    for name, why in not_made(found):
        say(f"warning: without the section `{name}`: {why.why}; {why.mend}")
    return run, found
