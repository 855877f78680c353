"""`thesis new`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from dsl.link.library import SUFFIX
from evaluator.codes.messages import make
from evaluator.commands.common import library_of
from evaluator.commands.options import NAME, OUTPUT, format_option, library_option
from evaluator.commands.talk import WRONG_USE, fail, out, out_json, say
from evaluator.session.fact_files import facts_about
from evaluator.session.writing import put_new


@click.command("new")
@click.argument("kind", type=NAME)
@click.argument("file", type=OUTPUT)
@click.option("--for", "ticker", type=NAME, required=True, metavar="TICKER", help="The company that it is about.")
@library_option
@format_option()
def command(kind: str, file: Path, ticker: str, library: tuple[Path, ...], form: str) -> None:
    """Write a thesis of a KIND of company (bank, biotech, miner, saas, company) to FILE, with an empty facts file beside it.
    It checks and runs as it is. Nothing that is there is overwritten."""
    from evaluator.schema.commands import NewOutput
    from evaluator.session.new_thesis import Begun, begin

    if file.suffix != SUFFIX:
        file = file.with_name(file.name + SUFFIX)
    if file.exists():
        mend = "name another file; nothing that is there is overwritten"
        fail([make("C002", None, at=str(file), what="the file is there already", mend=mend)], WRONG_USE)
    if not file.parent.is_dir():
        mend = "make it first, or name a file in a folder that is there"
        fail([make("C002", None, at=str(file), what=f"there is no folder {file.parent}", mend=mend)], WRONG_USE)
    begun = begin(kind, ticker, file, dt.date.today(), library_of((*library, file.parent)))
    if not isinstance(begun, Begun):
        fail(begun, WRONG_USE)
    known = facts_about(ticker, (), file).read
    facts = file.parent / "facts" / f"{ticker}.yaml"
    if not known:
        facts.parent.mkdir(exist_ok=True)
        problem = put_new(begun.facts, facts)
        if problem is not None:
            fail([problem], WRONG_USE)
    problem = put_new(begun.rules, file)
    if problem is not None:
        if not known:
            facts.unlink(missing_ok=True)
        fail([problem], WRONG_USE)
    written = [str(file), *([] if known else [str(facts)])]
    kept = [str(path) for path in known]
    steps = _next(file, None if known else facts, ticker)
    if form == "json":
        out_json(NewOutput(kind=kind, ticker=ticker, rules=str(file), written=written, kept=kept, next=steps))
        return
    for path in written:
        out(path)
    for path in kept:
        say(f"the facts about {ticker} are there already, and stay: {path}")
    say("To do next:")
    for number, step in enumerate(steps, 1):
        say(f"  {number}. {step}")


def _next(file: Path, facts: Path | None, ticker: str) -> list[str]:
    """What to do with what was written."""
    fill = f"fill in {facts}: the name, the currency, the fiscal year, and the facts, each with its source"
    return [
        f"write what is yours into {file}: every figure with `own`, the scenarios, what would end the thesis",
        fill
        if facts is not None
        else f"see which facts are still to be brought: thesis facts coverage {file} --for {ticker}",
        f"thesis check {file}",
        f"thesis report {file} --for {ticker}",
    ]
