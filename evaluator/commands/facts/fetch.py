"""`thesis facts fetch`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evaluator.codes.messages import make
from evaluator.commands.options import NAME, PATH, format_option
from evaluator.commands.talk import FINDINGS, WRONG_USE, fail, out, out_json, replace_file, say, show, write

if TYPE_CHECKING:
    from evaluator.facts.model import Company
    from evaluator.readers.filings.fetch import Fetched, Sec

FILE = "companyfacts.json"


@click.command("fetch")
@click.argument("ticker", type=NAME)
@click.option(
    "--user-agent",
    envvar="THESIS_USER_AGENT",
    default="",
    metavar="TEXT",
    help='Who you are, for the SEC: "Jane Doe jane@example.com" (or set THESIS_USER_AGENT).',
)
@click.option(
    "--cik",
    type=click.IntRange(min=1),
    metavar="N",
    help="The company's number with the SEC, if its ticker is not listed there.",
)
@click.option(
    "--to",
    "folder",
    type=PATH,
    default=Path("facts"),
    metavar="FOLDER",
    help="Where TICKER/companyfacts.json goes (default: facts).",
)
@click.option("--mapping", type=PATH, metavar="FILE", help="Which concepts stand for which inputs.")
@click.option(
    "--cache",
    type=PATH,
    default=Path(".thesis_cache"),
    metavar="FOLDER",
    help="Where answers are kept for a day (default: .thesis_cache).",
)
@click.option("--refresh", is_flag=True, help="Ask anew, whatever is kept.")
@click.option("--tickers-url", metavar="URL", hidden=True, help="Where the list of tickers is, in place of the SEC's.")
@click.option(
    "--facts-url", metavar="URL", hidden=True, help="Where company facts are, with {cik}, in place of the SEC's."
)
@format_option()
def command(
    ticker: str,
    user_agent: str,
    cik: int | None,
    folder: Path,
    mapping: Path | None,
    cache: Path,
    refresh: bool,
    tickers_url: str | None,
    facts_url: str | None,
    form: str,
) -> None:
    """Download what TICKER has filed with the SEC into FOLDER/TICKER, where `--for TICKER` finds it."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,14}", ticker):
        fail([make("C002", None, what=f"`{ticker}` is not a ticker", mend="write it like BABA or BRK-B")], WRONG_USE)
    from evaluator.readers.filings.fetch import FACTS_URL, TICKERS_URL, FetchError, Sec

    try:
        sec = Sec(user_agent, cache, tickers_url or TICKERS_URL, facts_url or FACTS_URL, refresh, say=_say, store=_keep)
        number = cik or sec.cik(ticker)
        answer = sec.company_facts(number)
    except FetchError as error:
        fail([make("C010", None, what=error.what, mend=error.mend)], FINDINGS if user_agent else WRONG_USE)
    company = _judged(sec, answer, number, ticker, mapping)
    here = folder / ticker
    head = _store(company, answer.data, here)
    _tell(company, number, here / FILE, head, answer, form)


def _say(words: str) -> None:
    say(words)


def _keep(path: Path, data: bytes) -> None:
    replace_file(path, data, 0o644)


def _judged(sec: Sec, answer: Fetched, number: int, ticker: str, mapping: Path | None) -> Company:
    """The facts in an answer; one that cannot be read is not kept, and ends the run."""
    from dsl.text.source import SourceFile, UnreadableFileError
    from evaluator.readers.assemble import assemble
    from evaluator.readers.filings import filings
    from evaluator.readers.rows import Settings

    try:
        reading = filings.read(SourceFile(FILE, answer.data.decode("utf-8-sig")), Settings(ticker, mapping=mapping))
    except UnreadableFileError as error:
        fail([make("F001", None, at=error.path, reason=error.reason, mend=error.hint)], WRONG_USE)
    except UnicodeDecodeError:
        sec.forget(number)
        fail([make("C010", None, what="what the server gives is not UTF-8 text", mend="try again later")], FINDINGS)
    company, problems = assemble([reading], FILE)
    if company is None:
        sec.forget(number)
        fail(problems, FINDINGS)
    show(problems)
    return company


def _store(company: Company, data: bytes, folder: Path) -> Path | None:
    """Puts the answer into the company's folder, and a head file beside it where there is none. The head file."""
    from evaluator.readers.write import plain, quarters_text, quoted, year_end_text

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"the folder cannot be made: {(error.strerror or str(error)).lower()}"
        fail([make("C002", None, at=str(folder), what=what, mend="name another with --to")], WRONG_USE)
    write(data.decode("utf-8-sig"), folder / FILE)
    beside = folder.parent / f"{folder.name}.yaml"
    if os.path.isfile(beside) or any(p.suffix in (".yaml", ".yml") for p in folder.iterdir()):
        return None
    head = folder / "company.yaml"
    ends = year_end_text(company.fiscal_year_ends)
    lines = [
        "# What its filings suggest: check it. Facts of your own may stand here, or in other files of this folder.",
        f"name: {quoted(company.name)}",
        f"ticker: {plain(company.ticker)}",
        f"currency: {company.currency}",
        f"fiscal_year_ends: {ends}",
        *([f"quarters: {quarters_text(company.quarters)}"] if company.quarters else []),
    ]
    write("\n".join(lines) + "\n", head)
    return head


def _tell(company: Company, number: int, file: Path, head: Path | None, answer: Fetched, form: str) -> None:
    days = sorted(fact.published.isoformat() for fact in company.facts)
    if form == "json":
        from evaluator.schema.facts import FactsFetchOutput

        made = FactsFetchOutput(
            ticker=company.ticker,
            cik=number,
            name=company.name,
            file=str(file),
            head=str(head) if head else None,
            from_cache=answer.from_cache,
            facts=len(company.facts),
            first=days[0] if days else None,
            last=days[-1] if days else None,
        )
        out_json(made)
        return
    since = f", known from {days[0]} to {days[-1]}" if days else ""
    kept = " (as fetched before)" if answer.from_cache else ""
    out(f"{company.name} ({company.ticker}, number {number}): {len(company.facts)} facts{since}{kept}")
