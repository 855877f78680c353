"""`thesis facts import`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evaluator.codes.messages import make
from evaluator.commands.options import OUTPUT, PATH, format_option
from evaluator.commands.talk import FINDINGS, WRONG_USE, fail, out, out_json, show, write

if TYPE_CHECKING:
    from evaluator.facts.model import Company
    from evaluator.readers.rows import Reading, Row

_NEEDED = ("published", "source")


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=PATH)
@click.option(
    "--to",
    "target",
    type=OUTPUT,
    metavar="FILE",
    help="The facts file to write; without it a mapping is proposed, and five figures are shown.",
)
@click.option(
    "--for", "ticker", metavar="TICKER", help="The company, where a file holds several or does not say which."
)
@click.option("--name", metavar="TEXT", help="The company's name.")
@click.option("--reports-in", "currency", metavar="CODE", help="The currency in which it reports, such as CNY.")
@click.option("--fiscal-year-ends", metavar="MM-DD", help="The last day of its fiscal year, such as 03-31.")
@click.option("--source", metavar="TEXT", help="Where rows are from that do not say it.")
@click.option(
    "--published",
    metavar="DATE",
    help="When rows became known that do not say it: a day, or `45 days after` the period.",
)
@click.option("--kind", metavar="KIND", help="On what rows rest that do not say it: reported, estimate, …")
@click.option("--unit", metavar="UNIT", help="The unit of rows that do not say it: millions, percent, …")
@click.option("--currency", "money", metavar="CODE", help="The currency of rows that do not say it.")
@click.option("--metric", metavar="NAME", help="The name of rows that do not say it, such as prices.")
@click.option("--decimal", type=click.Choice(["point", "comma"]), help="How decimals are written: 1,234.5 or 1.234,5.")
@click.option("--encoding", metavar="NAME", help="How a text was saved that is not UTF-8, such as windows-1252.")
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook, if not every one with a table.")
@click.option(
    "--mapping",
    type=PATH,
    metavar="FILE",
    help="How a table is read: a mapping file, or a vendor. Of filings: which concepts stand for which inputs.",
)
@click.option("--splits", metavar="TEXT", help="Of closes adjusted for splits: none, or `2022-07-18 20 for 1, …`.")
@click.option("--leave-out-incomplete", is_flag=True, help="Leave out rows without a day or a source, and list them.")
@click.option("--replace", "anew", is_flag=True, help="Write the file anew if it is there already.")
@format_option()
def command(
    files: tuple[Path, ...],
    target: Path | None,
    ticker: str | None,
    name: str | None,
    currency: str | None,
    fiscal_year_ends: str | None,
    leave_out_incomplete: bool,
    anew: bool,
    form: str,
    decimal: str | None,
    encoding: str | None,
    sheet: str | None,
    mapping: Path | None,
    money: str | None,
    splits: str | None,
    **said: str | None,
) -> None:
    """Take the facts in FILE… over into a facts file, all or none: every row with its day and its source."""
    from evaluator.readers.rows import Settings

    given = {"name": name, "ticker": ticker, "currency": currency, "fiscal_year_ends": fiscal_year_ends}
    head = _said_by_options(given)
    defaults = _said_by_options({**said, "currency": money}).head
    settings = Settings(ticker, decimal, sheet, encoding, mapping, splits=splits, currency=currency, defaults=defaults)
    if target is None:
        from evaluator.commands.facts.proposing import propose_each

        propose_each(files, settings, head, anew, form)
        return
    if target.suffix.lower() not in (
        ".yaml",
        ".yml",
    ):  # else --replace would write YAML over the table it was read from
        name = f"{target.stem.strip('.') or 'facts'}.yaml"  # `.` and `/` have no name
        mend = f"name it like {target.parent / name}"
        fail([make("C002", None, at=str(target), what="a facts file ends in .yaml", mend=mend)], WRONG_USE)
    if os.path.exists(target) and not anew:
        mend = "name another file (a folder of the company's may hold several), or add --replace"
        fail([make("C002", None, at=str(target), what="this file is there already", mend=mend)], WRONG_USE)
    from evaluator.readers.assemble import assemble
    from evaluator.readers.load import read_all

    readings = [*([head] if head.head else []), *read_all(list(dict.fromkeys(files)), ticker, settings, head)]
    if any(r.failed for r in readings):
        fail((d for r in readings for d in r.problems), FINDINGS)
    readings, left_out = _complete(readings) if leave_out_incomplete else (readings, [])
    company, problems = assemble(readings, ", ".join(map(str, files)))
    if company is None:
        fail(problems, FINDINGS)
    show(problems)
    _store(company, files, target)
    _tell(company, target, left_out, form)


def _said_by_options(said: Mapping[str, str | None]) -> Reading:
    """What options say, as if a file had said it."""
    from dsl.text.source import SourceFile
    from evaluator.readers.rows import Cell, Reading

    cells = {}
    for key, text in said.items():
        if text is not None:
            source = SourceFile(f"--{key.replace('_', '-')}", text)
            cells[key] = Cell(text.strip(), source.span(0, max(len(text), 1)))
    spans = [cell.span for cell in cells.values()]
    return Reading("the options", cells, spans[0] if spans else None)


def _complete(readings: Sequence[Reading]) -> tuple[list[Reading], list[tuple[Row, str]]]:
    """Readings without the rows that have no day or no source, and those rows with what is missing."""
    kept, left_out = [], []
    for reading in readings:
        missing = [[k for k in _NEEDED if k not in row.cells or not row.cells[k].text] for row in reading.rows]
        rows = list(zip(reading.rows, missing, strict=True))
        kept.append(replace(reading, rows=tuple(row for row, missing in rows if not missing)))
        left_out += [(row, " and ".join(missing)) for row, missing in rows if missing]
    return kept, left_out


def _store(company: Company, files: Sequence[Path], target: Path) -> None:
    from evaluator.readers.write import company_text

    names = ", ".join(path.name for path in files)
    write(company_text(company, [f"Taken over from {names} by `thesis facts import`."]), target)


def _tell(company: Company, target: Path, left_out: Sequence[tuple[Row, str]], form: str) -> None:
    from collections import Counter

    counts = Counter(fact.name for fact in company.facts)
    if form == "json":
        from evaluator.schema.facts import FactsImportOutput, ImportedName, LeftOut

        made = FactsImportOutput(
            ticker=company.ticker,
            name=company.name,
            file=str(target),
            facts=len(company.facts),
            names=[ImportedName(name=name, facts=n) for name, n in counts.items()],
            left_out=[LeftOut(place=str(row.span), name=_name(row), missing=key) for row, key in left_out],
        )
        out_json(made)
        return
    from evaluator.render.text import plural

    out(
        f"{plural(len(company.facts), 'fact')} of {plural(len(counts), 'name')} about {company.name} ({company.ticker})"
    )
    for name, n in counts.items():
        out(f"  {name:<40} {n}")
    if left_out:
        out(f"{plural(len(left_out), 'row')} left out:")
        for row, key in left_out:
            out(f"  {row.span}: {_name(row)} has no {key}")


def _name(row: Row) -> str:
    return str(row.cells["name"].text) if "name" in row.cells else row.where
