"""`thesis report`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import click

from evaluator.commands.common import any_day, day_of, library_of, open_checked, run_rules, settled
from evaluator.commands.options import NAME, PIPED, STDIN, DayType, company_options, output_option, page_option
from evaluator.commands.talk import progress, say, write
from evaluator.session.service import names_elsewhere

if TYPE_CHECKING:
    from evaluator.schema.beside import ReportBeside
    from evaluator.schema.report import Report

_WARNINGS = 5
_ENDINGS = {".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".json": "json"}


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
@click.option("--since", type=DayType(), metavar="DATE", help="Since when changes and history look back.")
@click.option(
    "--brief", is_flag=True, help="The first page alone: the call, the answer, value, what would prove it wrong."
)
@page_option("md", "html", "json")
@output_option
def command(
    rules: str,
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    sections: tuple[str, ...],
    since: dt.date | None,
    brief: bool,
    form: str | None,
    output: Path | None,
) -> None:
    """Render the verdict report of RULES (a file, or a name from `thesis list`)."""
    report: Report
    if sections or since is not None:
        report = _beside(rules, ticker, facts, as_of, settings, library, sections, since)
    else:
        report = run_rules(rules, ticker, facts, as_of, settings, library).report()
    chosen = form or (_ENDINGS.get(output.suffix.lower(), "md") if output else "md")
    if chosen == "json":
        if brief:
            raise click.UsageError("--brief is a page: write it as HTML or Markdown")
        from evaluator.render.as_json import render_json

        text = render_json(report)
    else:
        from evaluator.render.outlook.pages import report_page

        text = report_page(report, cast(Literal["md", "html"], chosen), brief=brief)
    for warning in report.warnings[:_WARNINGS]:
        say(f"warning: {warning}")
    if len(report.warnings) > _WARNINGS:
        say(f"… and {len(report.warnings) - _WARNINGS} more warnings: see `thesis check`")
    write(text, output)


def _beside(
    rules: str,
    ticker: str | None,
    facts: Sequence[Path],
    as_of: dt.date | None,
    settings: Sequence[str],
    library: Sequence[Path],
    sections: Sequence[str],
    since: dt.date | None,
) -> ReportBeside:
    """The report with sections beside its own; ends the run with what stands in the way."""
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
    return found
