"""What is allowed and yet looks wrong: names nobody uses, tables with holes, pillars that cannot fail.

In: a `Program` without errors. Out: warnings. Must not know facts or values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import itemgetter

from dsl.check.mixtures import mixtures
from dsl.check.passed_over import passed_over
from dsl.check.paths import rates_of_steps, unguarded
from dsl.check.signs import rewarded
from dsl.program import program as p
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import insert, leave_out, put
from dsl.text.messages import make
from dsl.types.units import Kind


def warnings(program: p.Program) -> list[Diagnostic]:
    """Every warning about a program."""
    checks = (
        unguarded,
        rates_of_steps,
        _unused,
        _unfalsifiable,
        _no_otherwise,
        _unreachable,
        rewarded,
        passed_over,
        mixtures,
        _constant,
        _two_ends,
    )
    return [d for check in checks for d in check(program)]


def _unused(program: p.Program) -> Iterator[Diagnostic]:
    """Names of this file alone: a module brings more than one thesis needs, and its own check speaks about it. Rules
    that judge nothing declare for others."""
    judged = (program.conditions, program.verdicts, program.kills, program.catalysts)
    if program.keyword == "rules" and not any(judged):
        return
    used: set[str] = set(program.shown)
    for name in program.order:
        used |= program.needs(name)
    used |= p.names_in(*(expr for metric in program.metrics.values() for expr in metric.beside))
    for template in _templates(program):
        used |= p.names_in(*(part for part in template if not isinstance(part, str)))
    tables: list[tuple[str, dict[str, p.Declared]]] = [
        ("input", dict(program.inputs)),
        ("param", dict(program.params)),
        ("metric", dict(program.metrics)),
    ]
    for keyword, table in tables:
        for name, declared in table.items():
            if name not in used and declared.origin == program.name:
                yield make("T080", declared.span, keyword=keyword, name=name)


def _templates(program: p.Program) -> Iterator[p.Template]:
    yield from (c.because for c in program.conditions.values())
    yield from (k.because for k in program.kills.values())
    yield from (c.because for c in program.catalysts.values())
    yield from (r.because for v in program.verdicts.values() for r in v.rows)


def _unfalsifiable(program: p.Program) -> Iterator[Diagnostic]:
    for name, pillar in program.pillars.items():
        conditions = program.speaking(name)
        if not conditions:
            yield make("T082", pillar.span, name=name, why="no condition speaks about it")
        elif all(_always(c.when) for c in conditions):
            yield make("T082", pillar.span, name=name, why="none of its conditions can ever be false")


def _always(expr: p.Expr) -> bool:
    """Whether an expression holds figures alone, so that no fact can change it."""
    return not p.names_in(expr) and not p.asks_for_the_day(expr)


def _constant(program: p.Program) -> Iterator[Diagnostic]:
    """A truth that is written out where something should be asked: `when true`, `growth > 5% and unknown`."""
    for name in program.order:
        if program.declared(name).origin == program.name:
            for expr in program.expressions(name):
                for written in _written_truths(expr) if expr.type.kind is Kind.FLAG else ():
                    truth = {True: "true", False: "false", None: "unknown"}[written.value]  # type: ignore[index]
                    mend = "ask for something that facts decide, or take it away"
                    if name in program.verdicts and written is expr and written.value is True:
                        mend = 'write the last row as `otherwise "…"`'
                    yield make("T085", written.span, truth=truth, mend=mend)


_MEASURED = {Kind.PERCENT, Kind.POINTS, Kind.MONEY, Kind.MULTIPLE, Kind.RATIO}
"""What is measured, and so is hardly ever one of two figures that are written out; a count or a rating may be."""


def _two_ends(program: p.Program) -> Iterator[Diagnostic]:
    """`growth in (1%, 3%)`: one of these two figures, where everything between them may be meant."""
    for name in program.order:
        if program.declared(name).origin == program.name:
            for expr in program.expressions(name):
                for node in p.walk(expr):
                    if isinstance(node, p.OneOf) and len(node.items) == 2:
                        yield from _ends(node)


def _ends(node: p.OneOf) -> Iterator[Diagnostic]:
    asked = node.asked
    items = [item.right for item in node.items if isinstance(item, p.Compare)]
    values = [item.value for item in items if isinstance(item, p.Const) and isinstance(item.value, float)]
    if asked.type.kind in _MEASURED and len(values) == 2 and values[0] < values[1]:
        low, high = (item.text for item in items)
        no = "not " if node.text.removeprefix(asked.text).lstrip(" )").startswith("not ") else ""
        way = f"{asked.text} {no}between {low} and {high}"
        yield make(
            "T108", node.span, fixes=[put(node.span, way)], found=f"`{node.text}`", low=low, high=high, way=f"`{way}`"
        )


def _written_truths(expr: p.Expr) -> Iterator[p.Const]:
    if isinstance(expr, p.Const):
        yield expr
    elif isinstance(expr, p.Logic | p.Not | p.Holds | p.IsTruth):
        for child in p.children(expr):
            yield from _written_truths(child)
    elif isinstance(expr, p.If):  # a value may well be `false`; what is asked may not
        for condition in expr.conditions:
            yield from _written_truths(condition)


def _no_otherwise(program: p.Program) -> Iterator[Diagnostic]:
    for name, verdict in program.verdicts.items():
        if verdict.rows[-1].when is not None:
            last = verdict.rows[-1].span
            end = last.source.span(last.end, last.end)
            fix = insert(end, '\n  otherwise "Undecided"', 'add `otherwise "Undecided"`')
            yield make("T083", verdict.span, fixes=[fix], name=name)


def _unreachable(program: p.Program) -> Iterator[Diagnostic]:
    """A row whose conjunction holds all of an earlier row's: whenever it holds, the earlier one did."""
    for verdict in program.verdicts.values():
        rows = [(row, frozenset(part.text for part in _conjuncts(row.when))) for row in verdict.rows if row.when]
        common = Counter(part for _, parts in rows for part in parts)
        earlier: dict[
            str, list[tuple[int, frozenset[str], p.Row]]
        ] = {}  # by the rarest part, so that few are looked at
        for at, (row, parts) in enumerate(rows):
            held = [(n, above) for part in parts for n, known, above in earlier.get(part, ()) if known <= parts]
            if held:  # what this row would hide, the row above it hides too
                above = min(held, key=itemgetter(0))[1]
                labels, fixes = [Label(above.span, "this row comes first")], [leave_out(row.span)]
                yield make("T084", row.span, labels=labels, fixes=fixes)
            else:
                rarest = min(parts, key=lambda part: (common[part], part))
                earlier.setdefault(rarest, []).append((at, parts, row))


def _conjuncts(expr: p.Expr) -> Iterator[p.Expr]:
    if isinstance(expr, p.Logic) and expr.operator == "and":
        for item in expr.items:
            yield from _conjuncts(item)
    else:
        yield expr
