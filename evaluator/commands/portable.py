"""`thesis portable`."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from evaluator.commands.common import run_rules
from evaluator.commands.options import NAME, company_options, format_option
from evaluator.commands.talk import FINDINGS, out, out_json, paint
from evaluator.schema.names import EventNeed, InputNeed, MeaninglessNeed, PortableOutput, ThresholdNeed, VerdictNeed
from evaluator.schema.periods import the
from evaluator.schema.report import Alert

_TELLING = 3
"""So many figures are named for a table; `--format json` has all."""
MISSING = {
    "never": "no fact of it",
    "later": "not known yet",
    "other periods": "other periods only",
    "older": "older only",
    "history": "too short a history",
    "stale": "stale",
    "no exchange rate": "no exchange rate",
    "said to be unknown": "said to be unknown",
}
"""Why a figure cannot be read, in the words of a table."""


@click.command("portable")
@click.argument("rules", type=NAME)
@company_options
@format_option()
def command(
    rules: str,
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    form: str,
) -> None:
    """Say what stands between RULES and a company: inputs, frequencies, currencies, thresholds, events, open tables.

    Exit status 0 where nothing does, 1 where something does.
    """
    run = run_rules(rules, ticker, facts, as_of, settings, library)
    from evaluator.across.portable import portable

    assert run.company is not None, "the command line always names a company"
    found = portable(run, run.company)
    if form == "json":
        out_json(found)
    else:
        for line in _lines(found):
            out(line)
    if not found.portable:
        sys.exit(FINDINGS)


def _lines(found: PortableOutput) -> Iterator[str]:
    """The page, a part for each thing that can stand in the way; what is fine is one line."""
    name = paint(found.rules, bold=True)
    yield f"{name} for {found.ticker} ({found.company}, in {found.currency}, year ends {found.fiscal_year_ends}), as of {found.as_of}"
    for read in found.reads:
        yield f"reads {the(read.period)}, {read.age_days} days old" + (
            ": newer results are not in the facts" * read.behind
        )
    if found.meant_for is not None:
        yield from _part(f"These rules are for {found.meant_for.ticker}, and say for that name alone")
        yield from (f"  {change}" for change in found.meant_for.changes or ["nothing that the modules do not say"])
    yield from _inputs(found.inputs)
    yield from _frequencies(found)
    yield from _currencies(found)
    yield from _thresholds(found.thresholds)
    yield from _events(found.events)
    yield from _meaningless(found.means_nothing)
    yield from _verdicts(found.verdicts)
    yield from _alerts(found.alerts)
    yield ""
    said = "nothing stands in the way" if found.portable else _counted(found)
    yield paint(said, fg="green" if found.portable else "yellow")


def _part(title: str) -> Iterator[str]:
    yield ""
    yield paint(title, bold=True)


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows with their cells below each other."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))] if rows else []
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _inputs(inputs: list[InputNeed]) -> Iterator[str]:
    missing = [need for need in inputs if need.missing != "none"]
    yield from _part(f"Inputs: {len(inputs) - len(missing)} of {len(inputs)} can be read in full")
    rows = [
        (need.name, need.declared, _standing(need), MISSING[need.missing], need.detail)
        for need in sorted(missing, key=lambda need: bool(_standing(need)))
    ]
    yield from _columns(rows)
    noted = [need for need in inputs if need.notes]
    if noted:
        yield from _part("What the facts that are read say of themselves")
        yield from (f"  {need.name}: {'; '.join(need.notes)}" for need in noted)


def _standing(need: InputNeed) -> str:
    """Why an input that is missing stands in no way; '' where it does."""
    return "optional" if not need.required else "by default" if need.by_default else ""


def _frequencies(found: PortableOutput) -> Iterator[str]:
    if found.frequencies:
        yield from _part("Frequency")
    for need in found.frequencies:
        yield f"  the rules ask for {need.asked}, and only {' and '.join(need.given)} are known: {', '.join(need.inputs)}"


def _currencies(found: PortableOutput) -> Iterator[str]:
    if found.currencies:
        yield from _part("Currency")
    for need in found.currencies:
        missing = "no rate is known" + ("" if need.in_the_way else ", and none is needed so far")
        rate = f"1 {need.currency} was {need.rate:.6g} {found.currency} on {need.date}" if need.date else missing
        yield f"  {need.currency}: {rate} ({', '.join(need.where)})"


def _thresholds(thresholds: list[ThresholdNeed]) -> Iterator[str]:
    if thresholds:
        yield from _part("Thresholds that rest on the module alone: settle them for this name, with a source")
    rows = [(n.name, n.value.text, n.says or "no source", "; ".join(n.asked_by)) for n in thresholds]
    yield from _columns(rows)


def _events(events: list[EventNeed]) -> Iterator[str]:
    theirs = [need for need in events if need.in_the_way]
    if theirs:
        yield from _part("Events with the days and figures of the module: say them anew for this name")
    yield from _columns([(n.name, n.kind, "; ".join(n.says), n.title) for n in theirs])


def _meaningless(means_nothing: list[MeaninglessNeed]) -> Iterator[str]:
    if means_nothing:
        yield from _part("What means nothing of this company: conditions on it neither hold nor fail")
    yield from _columns([(n.name, "; ".join(n.why), "; ".join(n.asked_by)) for n in means_nothing])


def _verdicts(verdicts: list[VerdictNeed]) -> Iterator[str]:
    undecided = [v for v in verdicts if not v.decided]
    yield from _part(f"Verdicts: {len(verdicts) - len(undecided)} of {len(verdicts)} are decided")
    for verdict in undecided:
        yield f"  {verdict.title}: {' or '.join(verdict.outcomes)}"
        for telling in verdict.telling[:_TELLING]:
            left = f"{telling.narrowing.then:.3g} of {telling.narrowing.now} outcomes would be left on average"
            yield f"    {telling.title}: {left}"
        if not verdict.telling:
            yield "    no one figure alone would tell"


def _alerts(alerts: list[Alert]) -> Iterator[str]:
    if alerts:
        yield from _part("To know before its verdicts are read")
    yield from (f"  {paint('!', fg='yellow')} {alert.text}" for alert in alerts)


def _counted(found: PortableOutput) -> str:
    parts = (found.inputs, found.frequencies, found.currencies, found.thresholds, found.events, found.verdicts)
    words = ("input", "frequency", "currency", "threshold", "event", "verdict")
    many = {"frequency": "frequencies", "currency": "currencies"}
    said = []
    for part, word in zip(parts, words, strict=True):
        count = sum(need.in_the_way for need in part)  # type: ignore[attr-defined]
        if count:
            said.append(f"{count} {word if count == 1 else many.get(word, word + 's')}")
    if found.meant_for is not None:
        said.append("another company's rules")
    return f"in the way: {', '.join(said)}"
