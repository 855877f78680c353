"""An expression that somebody asks of checked rules, beside those that stand in them.

In: `Checked`, texts. Out: `Asked`: the rules with a metric for each text, or what is wrong with the texts. Must not know
values. A text is read, typed, linked and checked as a metric of the rules would be, so that it comes to the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dsl.check.checker import Checked, check
from dsl.link.linked import Entry
from dsl.lowering.settings import in_no_file
from dsl.syntax import nodes as s
from dsl.syntax.parse import parse_bindings
from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import make
from dsl.text.record import record
from dsl.text.source import SourceFile

PLACE = "the expression"
"""How messages name what was asked."""


@record
class Asked:
    """Rules with what was asked of them. `names`: the metric that stands for each text, in their order; `findings`: what is
    wrong with the texts (then `checked` has no program), or odd."""

    checked: Checked
    names: tuple[str, ...]
    findings: tuple[Diagnostic, ...]


def asked(rules: Checked, texts: Sequence[str]) -> Asked:
    """Rules that are without errors, and expressions as they are typed."""
    entries = dict(rules.linked.entries)
    unread: list[Diagnostic] = []
    names = []
    for text, name in zip(texts, _free(rules), strict=False):
        metric, wrong = _metric(text, name)
        unread += map(in_no_file, wrong)
        names.append(name)
        if metric is not None:
            entries[name] = Entry.own(metric, rules.linked.name)
    if unread:
        return Asked(replace(rules, program=None), tuple(names), tuple(unread))
    found = check(replace(rules.linked, entries=entries))
    odd = (
        d
        for d in found.diagnostics
        if d.is_error or (d.code != _UNUSED and d.span is not None and d.span.source.path == PLACE)
    )
    return Asked(found, tuple(names), tuple(odd))


_UNUSED = "T080"
"""That nothing in the rules uses what was asked goes without saying."""


def _free(rules: Checked) -> Iterator[str]:
    """Names that the rules do not have."""
    known, number = rules.linked.entries, 0
    while True:
        number += 1
        name = f"expression_{number}" if number > 1 else "expression"
        if name not in known:
            yield name


def _metric(text: str, name: str) -> tuple[s.Metric | None, Sequence[Diagnostic]]:
    """A text as the formula of a metric; None where it is no expression, or more than one."""
    source = SourceFile(PLACE, f"{name} = {text}")
    found, wrong = parse_bindings(source, PLACE)
    if wrong or not found:
        return None, wrong
    first = found[0]
    if len(found) > 1 or first.period is not None:
        second = found[1].span if len(found) > 1 else first.span
        return None, (
            make(
                "T003",
                second,
                expected="the end of the expression",
                found="another one",
                mend="ask for one expression at a time",
            ),
        )
    whole = source.span(0, len(source.text))
    return s.Metric(whole, "metric", first.name, text.strip(), None, first.value, None), ()
