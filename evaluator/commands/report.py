"""`thesis report`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal, cast

import click

from evaluator.commands.common import run_rules
from evaluator.commands.options import NAME, company_options, output_option, page_option
from evaluator.commands.talk import say, write

_WARNINGS = 5
_ENDINGS = {".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".json": "json"}


@click.command("report")
@click.argument("rules", type=NAME)
@company_options
@page_option("md", "html", "json")
@output_option
def command(
    rules: str,
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    form: str | None,
    output: Path | None,
) -> None:
    """Render the verdict report of RULES (a file, or a name from `thesis list`)."""
    found = run_rules(rules, ticker, facts, as_of, settings, library)
    report = found.report()
    chosen = form or (_ENDINGS.get(output.suffix.lower(), "md") if output else "md")
    if chosen == "json":
        from evaluator.render.as_json import render_json

        text = render_json(report)
    else:
        from evaluator.render.page import render

        text = render(report, cast(Literal["md", "html"], chosen))
    for warning in report.warnings[:_WARNINGS]:
        say(f"warning: {warning}")
    if len(report.warnings) > _WARNINGS:
        say(f"… and {len(report.warnings) - _WARNINGS} more warnings: see `thesis check`")
    write(text, output)
