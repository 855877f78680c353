"""What the charts and the graph are drawn from: series with their thresholds, nodes and edges in layers.

In: an `Evaluation`, the networkx graph. Out: parts of the result model. Must not know SVG or templates.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import replace

import networkx as nx

from dsl.program import program as p
from dsl.program.declared import valuations
from dsl.types.units import ANY, FIGURES, Frequency, Kind, Type
from evaluator.engine.evaluation import Evaluation, State
from evaluator.engine.graph import upstream
from evaluator.facts.model import SourceKind
from evaluator.report.checks import currency_of, in_words, shown, shown_at, shown_type, state, unit_word
from evaluator.report.graph_layout import layout
from evaluator.schema import report as r
from evaluator.values.series import Series
from evaluator.values.values import Figure, Single, Truth, Words

MAX_POINTS = 24
"""So many of the newest periods of a series are drawn."""


def series_results(evaluation: Evaluation) -> list[r.SeriesResult]:
    """Every series that a condition, verdict or kill compares with a figure, once, with that threshold."""
    program = evaluation.program
    found: dict[str, r.SeriesResult] = {}
    judges = [*program.conditions, *program.kills, *program.verdicts, *program.catalysts]
    for name in judges:
        for expr in program.expressions(name):
            for node in p.walk(expr):
                if isinstance(node, p.Compare) and isinstance(node.left, p.Ref) and node.left.name not in found:
                    chart = _series(evaluation, node.left, node.right)
                    if chart is not None:
                        found[node.left.name] = chart
    return list(found.values())


def _series(evaluation: Evaluation, ref: p.Ref, limit: p.Expr) -> r.SeriesResult | None:
    value = evaluation.values.get(ref.name)
    if not isinstance(value, Series) or ref.type.kind not in FIGURES:
        return None
    reading = evaluation.reading(value)
    ordinals = [o for o in sorted(value.points) if reading is None or o <= reading][-MAX_POINTS:]
    while ordinals and not value.points[ordinals[0]].settled:
        ordinals.pop(0)
    if sum(value.points[o].known for o in ordinals) < 2:
        return None
    kind = shown_type(evaluation.program, ref)
    found = evaluation.at(limit)
    constant = isinstance(found.value, Figure) and found.value.known and found.period is None
    declared = evaluation.program.declared(ref.name)
    title = in_words(evaluation.program, limit)
    points = [own_point(evaluation, value, o, kind, ref.name) for o in ordinals]
    if reading in value.closing:
        points.append(_today(evaluation, value, reading, kind, ref.name))
    return r.SeriesResult(
        name=ref.name,
        title=declared.title,
        unit=unit_word(kind, currency_of(evaluation, ref.name)),
        points=points,
        threshold=shown_at(evaluation, found, kind) if constant else None,
        threshold_title=title if constant else None,
    )


def own_point(evaluation: Evaluation, series: Series, ordinal: int, kind: Type, name: str) -> r.Point:
    """A period of a series: what it was at its own end, whatever is laid beside it today."""
    clock = evaluation.clock
    yearly = kind.per is Frequency.YEAR and series.frequency is not Frequency.YEAR
    label = clock.calendar.year_to(ordinal, series.frequency) if yearly else clock.label(ordinal, series.frequency)
    own = {f.number for f in evaluation.view.by_name.get(name, ())}
    value = series.closing.get(ordinal, series.points[ordinal])  # what it was at its own end
    said = shown(evaluation, value, kind, currency=currency_of(evaluation, name))
    end = clock.calendar.end(ordinal, series.frequency)
    giving = own & value.facts
    derived = bool(giving) and all(evaluation.view.by_number[n].fact.kind is SourceKind.DERIVED for n in giving)
    return r.Point(period=label, end=end, value=said, reported=bool(giving), derived=derived)


def _today(evaluation: Evaluation, series: Series, ordinal: int | None, kind: Type, name: str) -> r.Point:
    """The period that is read with what is laid beside it today."""
    assert ordinal is not None
    day = evaluation.clock.as_of
    said = shown(evaluation, series.points[ordinal], kind, currency=currency_of(evaluation, name))
    return r.Point(period=f"today, {day}", end=day, value=said, reported=False, today=True)


# --- the price ------------------------------------------------------------------------------------------------

_YEAR = dt.timedelta(days=366)
_MOST_DAYS = 130
_RESULTS = 3
"""Results came out on a day on which so many reported figures of a period were published."""
_PRICE = re.compile(r"price", re.IGNORECASE)


def price_result(evaluation: Evaluation) -> r.PriceResult | None:
    """The daily price of a share over the last year that is known: that of the first valuation, else the first input of money that
    is called a price, those of a share first. None where fewer than 20 days of it are known."""
    program = evaluation.program
    priced = [one.price.name for one in valuations(program.metrics) if isinstance(one.price, p.Ref)]
    money = (i for i in program.inputs.values() if i.type.kind is Kind.MONEY)
    called = sorted((i for i in money if _PRICE.search(f"{i.name} {i.title}")), key=lambda i: not i.type.share)
    for name in (*priced, *(i.name for i in called)):
        series = evaluation.values.get(name)
        if isinstance(series, Series) and series.frequency is Frequency.DAY:
            return _prices(evaluation, name, series)
    return None


def _prices(evaluation: Evaluation, name: str, series: Series) -> r.PriceResult | None:
    clock = evaluation.clock
    known: list[tuple[dt.date, Figure]] = []
    for ordinal, x in series.points.items():
        day = clock.calendar.end(ordinal, series.frequency)
        if isinstance(x, Figure) and x.known and x.low == x.high and day <= clock.as_of:
            known.append((day, x))
    known.sort(key=lambda point: point[0])
    known = [(day, x) for day, x in known if day >= known[-1][0] - _YEAR]
    if len(known) < 20:
        return None
    step = -(-len(known) // _MOST_DAYS)
    drawn = known[::-step][::-1]  # the newest is always one of them
    declared = evaluation.program.declared(name)
    kind = shown_type(evaluation.program, p.Ref(declared.span, getattr(declared, "type", ANY), name)).single
    code = currency_of(evaluation, name)  # days stand as they were quoted, whatever today's is brought into
    first, last = (shown(evaluation, x, kind, currency=code) for x in (drawn[0][1], drawn[-1][1]))
    return r.PriceResult(
        name=name, title=declared.title, unit=last.unit, days=[day for day, _ in drawn],
        values=[float(f"{x.low:.6g}") for _, x in drawn], first=first.text, last=last.text,
        events=_price_events(evaluation, drawn[0][0], drawn[-1][0]),
    )  # fmt: skip


def _price_events(evaluation: Evaluation, begin: dt.date, end: dt.date) -> list[r.PriceEvent]:
    """The beginning of the thesis, results, catalysts and kills between two days."""
    program, found = evaluation.program, list[r.PriceEvent]()
    if program.since is not None:
        found.append(r.PriceEvent(day=program.since, title="The thesis begins", kind="thesis"))
    reported = Counter(
        f.fact.published for f in evaluation.view.facts if f.fact.kind is SourceKind.REPORTED and f.fact.date is None
    )
    found += [r.PriceEvent(day=day, title="Results", kind="results") for day, n in reported.items() if n >= _RESULTS]
    found += [r.PriceEvent(day=c.day, title=c.title, kind="catalyst") for c in program.catalysts.values()]
    for kill in program.kills.values():
        event = evaluation.events.get(kill.name)
        if event is not None and event.day is not None and event.status.value == "has happened":
            found.append(r.PriceEvent(day=event.day, title=kill.title, kind="kill"))
    return sorted((e for e in found if begin <= e.day <= end), key=lambda e: (e.day, e.kind))


def graph_result(evaluation: Evaluation, graph: nx.DiGraph[str]) -> r.GraphResult:
    """The part of the graph that judgements rest on, placed in layers."""
    program = evaluation.program
    values = [one.name for one in valuations(program.metrics)]
    ends = [*program.verdicts, *program.kills, *program.conditions, *program.pillars, *values]
    wanted = upstream(graph, [n for n in ends if n in graph])
    part: nx.DiGraph[str] = nx.DiGraph()
    for name in graph.nodes:  # the order of the whole graph, so that the picture does not depend on sets
        if name in wanted and (graph.degree(name) or name in ends):
            part.add_node(name, **graph.nodes[name])
    part.add_edges_from((a, b) for a, b in graph.edges if a in part and b in part)
    places = layout(part)
    nodes = [_node(evaluation, n, part.nodes[n]["role"], places.layer[n], places.row[n]) for n in part.nodes]
    edges = [r.Edge(source=a, target=b, bends=places.bends[a, b]) for a, b in part.edges]
    return r.GraphResult(nodes=nodes, edges=edges)


def _node(evaluation: Evaluation, name: str, role: str, layer: int, row: float) -> r.Node:
    program = evaluation.program
    value = evaluation.of(name)
    declared = program.declared(name)
    kind = shown_type(program, p.Ref(declared.span, getattr(declared, "type", ANY), name))
    event = evaluation.events.get(name)
    text = (
        event.status.value
        if event is not None
        else shown(evaluation, value, replace(kind, series=None), name=name).text
    )
    expression = " ".join(e.text for e in program.expressions(name)[:1])
    return r.Node(name=name, title=declared.title, role=role, layer=layer, row=round(row, 6), text=text,
                  state=node_state(evaluation, name, value), expression=expression)  # fmt: skip


def node_state(evaluation: Evaluation, name: str, value: Single) -> str:
    """The state that a node shows: a condition's, a verdict's tone, or known and unknown."""
    program = evaluation.program
    if name in program.conditions:
        return evaluation.judged[name].state.value
    if isinstance(value, Truth):
        return state(value)
    if name in program.pillars and isinstance(value, Words):
        tones = {"supported": "bullish", "undermined": "bearish", "contested": "neutral", "open": "neutral"}
        return _nothing(value) or (tones[value.possible[0]] if value.known and value.possible else "unknown")
    if name in program.verdicts and isinstance(value, Words):
        tone = next(
            (row.tone for row in program.verdicts[name].rows if value.known and row.outcome in (value.possible or ())),
            None,
        )
        return _nothing(value) or tone or ("known" if value.known else "unknown")
    return "known" if value.known else "unknown"


def _nothing(value: Words) -> str:
    """The state of what does not apply; '' of what does."""
    return State.NOT_APPLICABLE.value if value.nm else ""
