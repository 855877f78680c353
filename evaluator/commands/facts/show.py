"""`thesis facts show`."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dsl.text.messages import did_you_mean
from evaluator.codes.messages import make
from evaluator.commands.common import library_of, settled
from evaluator.commands.facts.common import programs
from evaluator.commands.options import NAME, as_of_option, facts_option, format_option, library_option, rules_option
from evaluator.commands.talk import FINDINGS, WRONG_USE, fail, out, out_json, paint, show
from evaluator.session.whose_facts import asked, rules_file

if TYPE_CHECKING:
    from evaluator.schema.facts import ShownFact, ShownName

_HEAD = ("period", "value", "known since", "kind", "", "source")
_BARS = "▁▂▃▄▅▆▇█"
_WIDEST = 44


@click.command("show")
@click.argument("company", type=NAME, metavar="TICKER|FILE")
@click.argument("metric", required=False)
@facts_option
@rules_option("What the names are (default: all rules in the library).")
@as_of_option()
@library_option
@format_option()
def command(
    company: str,
    metric: str | None,
    facts: tuple[Path, ...],
    rules: tuple[str, ...],
    as_of: dt.date | None,
    library: tuple[Path, ...],
    form: str,
) -> None:
    """Show the facts about a company, or about one METRIC: what, known since when, from where, and what follows."""
    from evaluator.checkup.audit import declarations
    from evaluator.checkup.fact_tables import shown_names
    from evaluator.facts.held import names_of
    from evaluator.known.bind import bind
    from evaluator.known.segments import segmented
    from evaluator.schema.facts import FactsShowOutput

    places = library_of(library)
    which = asked([company], None, facts)
    if len(which) > 1:
        mend = f"name one of them with --facts {company}: {', '.join(each.ticker or each.shown for each in which)}"
        what = f"this folder is about {len(which)} companies"
        fail([make("C002", None, at=company, what=what, mend=mend)], WRONG_USE)
    found = settled(which[0].company(rules_file(rules, places)))
    about = found.company
    show(found.notes)
    program = declarations(programs(rules, places), about)
    known = sorted(names_of(about.facts))
    if metric is not None and metric not in known:
        mend = did_you_mean(metric, known, f"there are facts of {', '.join(known) or 'nothing'}")
        fail([make("C002", None, at=about.path, what=f"there are no facts of `{metric}`", mend=mend)], WRONG_USE)
    if program is None:
        mend = "name rules with --rules, or the folder that holds them with --library"
        fail([make("C002", None, what="there are no rules that say what the names are", mend=mend)], WRONG_USE)
    program = segmented(program, about)
    bound = bind(program, about, lambda: known)
    wrong = [d for d in bound.diagnostics if d.is_error]
    if metric is not None and metric not in {**program.inputs, **program.metrics}:
        mend = "name rules that declare it with --rules"
        fail([make("C002", None, at=about.path, what=f"no rules say what `{metric}` is", mend=mend)], WRONG_USE)
    if wrong:
        fail(wrong, FINDINGS)
    day = as_of or dt.date.today()
    names = shown_names(program, about, day, metric, bound)
    if form == "json":
        output = FactsShowOutput(
            ticker=about.ticker,
            name=about.name,
            currency=about.currency,
            as_of=day.isoformat(),
            files=list(about.files),
            names=names,
        )
        out_json(output)
        return
    out(f"{about.name} ({about.ticker}), money in {about.currency}, as known on {day}")
    for one in names:
        out()
        out(paint(one.name, bold=True) + f"  {one.title}, {one.type}{_sparkline(one)}")
        out("\n".join("  " + line for line in _table(one.facts)))  # one write, not thousands


def _table(facts: Sequence[ShownFact]) -> list[str]:
    rows = [
        _HEAD,
        *(
            (f.period, f.value, f.known_since, f.kind, ", ".join(m for m in f.marks if m != f.kind), f.source)
            for f in facts
        ),
    ]
    widths = [min(max(len(row[at]) for row in rows), _WIDEST) for at in range(len(_HEAD) - 1)]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if at == 1 else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return lines


def _sparkline(one: ShownName) -> str:
    """The series as little bars, on a terminal alone; a gap is a space."""
    known = [x for x in one.line if x is not None]
    if not sys.stdout.isatty() or len(known) < 2:
        return ""
    return "  " + sparkline(one.line)


def sparkline(line: Sequence[float | None]) -> str:
    """Bars from the smallest to the largest figure; a figure that is not known is a space."""
    known = [x for x in line if x is not None]
    low, span = min(known), max(known) - min(known)
    return "".join(" " if x is None else _BARS[round((x - low) / span * (len(_BARS) - 1)) if span else 0] for x in line)
