"""`thesis portable`."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from evaluator.commands.common import run_rules
from evaluator.commands.looks import speech, spoken, told_in
from evaluator.commands.options import NAME, company_options, format_option, language_option
from evaluator.commands.talk import FINDINGS, out, out_json, paint
from evaluator.render.languages.speaking import any_of, counted, english, noted, say, term
from evaluator.render.text import the_period
from evaluator.render.wide import columns, filled_up
from evaluator.schema.names import EventNeed, InputNeed, MeaninglessNeed, PortableOutput, ThresholdNeed, VerdictNeed
from evaluator.schema.report import Alert

_TELLING = 3
"""So many figures are named for a table; `--format json` has all."""
MISSING = {
    "never": noted("no fact of it"),
    "later": noted("not known yet"),
    "other periods": noted("other periods only"),
    "older": noted("older only"),
    "history": noted("too short a history"),
    "stale": noted("stale"),
    "no exchange rate": noted("no exchange rate"),
    "said to be unknown": noted("said to be unknown"),
}
"""Why a figure cannot be read, in the words of a table."""


@click.command("portable")
@click.argument("rules", type=NAME)
@company_options
@language_option
@format_option()
def command(
    rules: str,
    ticker: str | None,
    facts: tuple[Path, ...],
    as_of: dt.date | None,
    settings: tuple[str, ...],
    library: tuple[Path, ...],
    language: str,
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
        said = spoken(found, told_in(language, run.program))
        with speech(language):
            for line in _lines(said):
                out(line)
    if not found.portable:
        sys.exit(FINDINGS)


def _lines(found: PortableOutput) -> Iterator[str]:
    """The page, a part for each thing that can stand in the way; what is fine is one line."""
    name = paint(found.rules, bold=True)
    yield say(
        "%(name)s for %(ticker)s (%(company)s, in %(currency)s, year ends %(fiscal_year_ends)s), as of %(as_of)s",
        name=name,
        ticker=found.ticker,
        company=found.company,
        currency=found.currency,
        fiscal_year_ends=found.fiscal_year_ends,
        as_of=found.as_of,
    )
    for read in found.reads:
        yield say("reads %(period)s, %(age_days)s days old", period=the_period(read.period), age_days=read.age_days) + (
            say(": newer results are not in the facts") * read.behind
        )
    if found.meant_for is not None:
        yield from _part(
            say("These rules are for %(ticker)s, and say for that name alone", ticker=found.meant_for.ticker)
        )
        yield from (f"  {change}" for change in found.meant_for.changes or [say("nothing that the modules do not say")])
    yield from _inputs(found.inputs)
    yield from _frequencies(found)
    yield from _currencies(found)
    yield from _thresholds(found.thresholds)
    yield from _events(found.events)
    yield from _meaningless(found.means_nothing)
    yield from _verdicts(found.verdicts)
    yield from _alerts(found.alerts)
    yield ""
    said = say("nothing stands in the way") if found.portable else _counted(found)
    yield paint(said, fg="green" if found.portable else "yellow")


def _part(title: str) -> Iterator[str]:
    yield ""
    yield paint(title, bold=True)


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows with their cells below each other."""
    widths = [max(columns(row[n]) for row in rows) for n in range(len(rows[0]))] if rows else []
    for row in rows:
        yield "  " + "  ".join(filled_up(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _inputs(inputs: list[InputNeed]) -> Iterator[str]:
    missing = [need for need in inputs if need.missing != "none"]
    yield from _part(
        say("Inputs: %(count)s of %(all)s can be read in full", count=len(inputs) - len(missing), all=len(inputs))
    )
    rows = [
        (need.name, need.declared, _standing(need), say(MISSING[need.missing]), need.detail)
        for need in sorted(missing, key=lambda need: bool(_standing(need)))
    ]
    yield from _columns(rows)
    noted = [need for need in inputs if need.notes]
    if noted:
        yield from _part(say("What the facts that are read say of themselves"))
        yield from (f"  {need.name}: {'; '.join(need.notes)}" for need in noted)


def _standing(need: InputNeed) -> str:
    """Why an input that is missing stands in no way; '' where it does."""
    return say("optional") if not need.required else say("by default") if need.by_default else ""


def _frequencies(found: PortableOutput) -> Iterator[str]:
    if found.frequencies:
        yield from _part(say("Frequency"))
    for need in found.frequencies:
        yield say(
            "  the rules ask for %(asked)s, and only %(names)s are known: %(inputs)s",
            asked=need.asked,
            names=say(" and ").join(need.given),
            inputs=", ".join(need.inputs),
        )


def _currencies(found: PortableOutput) -> Iterator[str]:
    if found.currencies:
        yield from _part(say("Currency"))
    for need in found.currencies:
        missing = say("no rate is known") + ("" if need.in_the_way else say(", and none is needed so far"))
        rate = (
            say(
                "1 %(currency)s was %(rate)s %(currency2)s on %(date)s",
                currency=need.currency,
                rate=f"{need.rate:.6g}",
                currency2=found.currency,
                date=need.date,
            )
            if need.date
            else missing
        )
        yield f"  {need.currency}: {rate} ({', '.join(need.where)})"


def _thresholds(thresholds: list[ThresholdNeed]) -> Iterator[str]:
    if thresholds:
        yield from _part(say("Thresholds that rest on the module alone: settle them for this name, with a source"))
    rows = [(n.name, n.value.text, n.says or say("no source"), "; ".join(n.asked_by)) for n in thresholds]
    yield from _columns(rows)


def _events(events: list[EventNeed]) -> Iterator[str]:
    theirs = [need for need in events if need.in_the_way]
    if theirs:
        yield from _part(say("Events with the days and figures of the module: say them anew for this name"))
    yield from _columns([(n.name, term(n.kind), "; ".join(n.says), n.title) for n in theirs])


def _meaningless(means_nothing: list[MeaninglessNeed]) -> Iterator[str]:
    if means_nothing:
        yield from _part(say("What means nothing of this company: conditions on it neither hold nor fail"))
    yield from _columns([(n.name, "; ".join(n.why), "; ".join(n.asked_by)) for n in means_nothing])


def _verdicts(verdicts: list[VerdictNeed]) -> Iterator[str]:
    undecided = [v for v in verdicts if not v.decided]
    yield from _part(
        say("Verdicts: %(count)s of %(all)s are decided", count=len(verdicts) - len(undecided), all=len(verdicts))
    )
    for verdict in undecided:
        yield f"  {verdict.title}: {any_of(verdict.outcomes)}"
        for telling in verdict.telling[:_TELLING]:
            left = say(
                "%(then)s of %(now)s outcomes would be left on average",
                then=f"{telling.narrowing.then:.3g}",
                now=telling.narrowing.now,
            )
            yield f"    {telling.title}: {left}"
        if not verdict.telling:
            yield say("    no one figure alone would tell")


def _alerts(alerts: list[Alert]) -> Iterator[str]:
    if alerts:
        yield from _part(say("To know before its verdicts are read"))
    yield from (f"  {paint('!', fg='yellow')} {alert.text}" for alert in alerts)


def _several(count: int, word: str) -> str:
    """`1 input`, `2 currencies`."""
    if not english():
        return counted(str(count), word)
    many = {"frequency": "frequencies", "currency": "currencies"}
    return f"{count} {word if count == 1 else many.get(word, f'{word}s')}"


def _counted(found: PortableOutput) -> str:
    parts = (found.inputs, found.frequencies, found.currencies, found.thresholds, found.events, found.verdicts)
    words = ("input", "frequency", "currency", "threshold", "event", "verdict")
    said = []
    for part, word in zip(parts, words, strict=True):
        count = sum(need.in_the_way for need in part)  # type: ignore[attr-defined]
        if count:
            said.append(_several(count, word))
    if found.meant_for is not None:
        said.append(say("another company's rules"))
    return say("in the way: %(names)s", names=", ".join(said))
