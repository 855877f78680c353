"""`thesis list`."""

from __future__ import annotations

from pathlib import Path

import click

from dsl.link.library import Library
from dsl.syntax.parse import parse_headers
from dsl.text.source import UnreadableFileError
from evaluator.commands.common import from_here, library_of
from evaluator.commands.options import format_option, library_option
from evaluator.commands.talk import out, out_json, paint
from evaluator.schema.commands import Listed, ListedCompany, ListOutput
from evaluator.session.fact_files import facts_about, known_tickers
from evaluator.session.reading import load_facts


@click.command("list")
@library_option
@format_option()
def command(library: tuple[Path, ...], form: str) -> None:
    """List the modules, theses and companies that are there."""
    places = library_of(library)
    output = ListOutput(rules=_rules(places), companies=_companies())
    if form == "json":
        out_json(output)
        return
    for keyword, heading in (("rules", "Modules"), ("thesis", "Theses")):
        members = [r for r in output.rules if r.keyword == keyword]
        out(paint(heading, bold=True))
        for r in members:
            out(f"  {r.name:<24} {r.title}{f' (for {r.ticker})' if r.ticker else ''}  [{r.path}]")
            for path in r.shadows:
                out(f"  {'':<24} hides {path}")
        if not members:
            out("  none")
    out(paint("Facts", bold=True))
    for company in output.companies:
        out(f"  {company.ticker:<24} {company.name}: {company.facts} facts")
    if not output.companies:
        out("  none")


def _rules(places: Library) -> list[Listed]:
    found = []
    for named in places.listing():
        name, path = named.found.name, named.found.path
        shadows = [from_here(p) for p in named.shadows]
        try:
            header = next(iter(parse_headers(places.files.read(path))), None)
        except UnreadableFileError:
            header = None
        keyword, title, ticker = (
            (header.keyword, header.title or name, header.ticker)
            if header
            else ("rules", "cannot be read: see `thesis check`", None)
        )
        found.append(
            Listed(name=name, keyword=keyword, title=title, ticker=ticker, path=from_here(path), shadows=shadows)
        )
    return found


def _companies() -> list[ListedCompany]:
    found = []
    for ticker in known_tickers():
        paths = facts_about(ticker).read
        company = load_facts(*paths, ticker=ticker)[0] if paths else None
        if paths:
            name, count = (company.name, len(company.facts)) if company else ("cannot be read: see `thesis report`", 0)
            path = company.path if company else str(paths[0])
            found.append(ListedCompany(ticker=ticker, name=name, facts=count, path=path))
    return found
