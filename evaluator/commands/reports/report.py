"""`thesis report`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import click

from evaluator.commands.common import any_day, day_of, library_of, one_is_piped, open_checked, run_rules, settled
from evaluator.commands.forms import form_of
from evaluator.commands.looks import house_of, in_look, look_of, speech, spoken, told_in
from evaluator.commands.options import (
    NAME,
    DayType,
    company_options,
    look_options,
    output_option,
    page_option,
)
from evaluator.commands.talk import coloured, out, progress, say, write
from evaluator.session.service import names_elsewhere, no_writer

if TYPE_CHECKING:
    from evaluator.ledger.ledger import Ledger
    from evaluator.render.languages.telling import Told
    from evaluator.render.outlook.look import Look
    from evaluator.render.templating.house import House
    from evaluator.schema.beside import ReportBeside
    from evaluator.schema.report import Report
    from evaluator.session.run import Run

_WARNINGS = 5
_PAGES = ("md", "html")
_MEMOS = (*_PAGES, "pdf", "docx")
_FORMS = (*_PAGES, "json", "pdf", "docx", "xlsx", "card", "slack")


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
@click.option(
    "--brief", is_flag=True, help="The first page alone: the call, the answer, value, what would prove it wrong."
)
@click.option("--watch", is_flag=True, help="Show the report in a page that follows each save, until Ctrl-C.")
@look_options
@page_option(*_FORMS)
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
    watch: bool,
    template: Path | None,
    style: Path | None,
    language: str,
    form: str | None,
    output: Path | None,
) -> None:
    """Render the verdict report of RULES (a file, or a name from `thesis list`)."""
    if watch:
        if form not in (None, "html") or output is not None or sections or since is not None or brief:
            raise click.UsageError(
                "--watch shows the report in a page: leave --format, -o, --brief, --with and --since out"
            )
        from evaluator.commands.reports.watching import watch as watched

        watched(rules, ticker, facts, as_of, settings, library, template, style, language)
        return
    chosen = form_of(form, output, _FORMS, "md", lines="card")
    if brief and chosen not in _MEMOS:
        raise click.UsageError("--brief is a page: write it as HTML, Markdown, PDF or Word document")
    _fits(chosen, template, style, language)
    settled(no_writer(chosen))
    look = look_of(template, style, language) if chosen in _PAGES else None
    house = house_of(style) if chosen == "pdf" else None
    report: Report
    if sections or since is not None:
        run, report = _beside(rules, ticker, facts, as_of, settings, library, sections, since)
    else:
        run = run_rules(rules, ticker, facts, as_of, settings, library)
        report = run.report()
    told = told_in(language, run.program)
    report = spoken(report, told)
    product = _product(chosen, run, report, template, look, brief, house, told)
    for warning in report.warnings[:_WARNINGS]:
        say(f"warning: {warning}")
    if len(report.warnings) > _WARNINGS:
        say(f"… and {len(report.warnings) - _WARNINGS} more warnings: see `thesis check`")
    if chosen == "card" and output is None:
        from evaluator.render.documents.card import lines

        with speech(language):
            for line in lines(report, coloured):
                out(line)
    else:
        write(product, output)


def _fits(form: str, template: Path | None, style: Path | None, language: str) -> None:
    """Whether a look goes with what is asked for: pages have one, a Word document takes its styles from another."""
    of_word = template is not None and template.suffix.lower() == ".docx"
    if of_word != (template is not None and form == "docx"):
        raise click.UsageError(
            "--template is a folder of templates for a page (-o x.html, -o x.md), or a .docx whose styles a Word document takes (-o x.docx)"
        )
    if style is not None and form not in (*_PAGES, "pdf"):
        raise click.UsageError(
            "--style is for pages and the PDF; a Word document takes its styles from --template house.docx"
        )
    if form not in _PAGES and template is not None and not of_word:
        raise click.UsageError("--template is for pages: write -o with a name in .html or .md")
    if form == "json" and language != "en":
        raise click.UsageError(
            "--language is for what people read: JSON has the texts of the rules and of the program as they are"
        )


def _product(
    form: str,
    run: Run,
    report: Report,
    template: Path | None,
    look: Look | None,
    brief: bool,
    house: House | None,
    told: Told | None,
) -> str | bytes:
    """The report in a form; what is to be said of it is said, and what stands in the way ends the run."""
    if form == "json":
        from evaluator.render.as_json import render_json

        return render_json(report)
    if form in _PAGES:
        return in_look(report, cast(Literal["md", "html"], form), look, brief)
    from evaluator.render.documents.product import product

    made = settled(product(form, report, lambda: _ledger(run, report), template, brief, house, told))
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
    one_is_piped(rules, facts)
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
