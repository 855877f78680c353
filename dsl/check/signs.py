"""Comparisons that a denominator below 0 would reward: a loss makes a P/E of −5x, and −5x is below 15x.

In: a `Program` without errors. Out: warnings with the edit that says when the ratio means something. Must not know facts.

Of each comparison all ratios are looked at that it is made of, through names. One is said where its denominator can be
below 0 by what the rules say, nothing on the way to it asks otherwise (bounds, `meaningful when`, `applies when`, a
condition beside it), and the comparison can come out in favour of the company with a denominator below 0. The same is said of
an enterprise value above the line: of any other amount a figure below 0 is good or bad, and means what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dsl.check.ranges import OPPOSITE, Facts, World, both, facts, looks_back, may_hold, ways
from dsl.program import program as p
from dsl.program.worth import is_enterprise_value
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import Fix, insert
from dsl.text.messages import make
from dsl.text.record import record
from dsl.text.source import Span
from dsl.types.units import Frequency, Kind

MAX_LABELS = 3
MAX_BESIDE = 200
"""So many conditions in one `and` or `or` are looked at beside each other; nobody writes more by hand."""
MAX_COMPARISONS = 400
"""So many comparisons with a ratio that is not guarded are looked at: a file with more has been warned often enough."""


@record
class _Ratio:
    """A denominator (or an enterprise value that is divided) that can be below 0: the metric it stands in ('': none), and
    whether its periods are other ones than that of the expression it stands in."""

    denominator: p.Expr
    owner: str
    past: bool


@record
class _Asked:
    """A comparison as it stands in a clause: what holds where it counts, and what it may come out as, in the company's
    favour. `whole`: as it was written; `plain`: whether it can be put behind another condition with `and`."""

    comparison: p.Compare
    whole: p.Expr
    declared: p.Declared
    clause: p.Expr
    facts: Facts
    truths: frozenset[bool]
    plain: bool


@dataclass(slots=True)
class _Found:
    """The comparisons that one place of ratios rewards."""

    ratios: dict[str, _Ratio] = field(default_factory=dict)
    asked: list[tuple[_Asked, bool]] = field(default_factory=list)


def rewarded(program: p.Program) -> Iterator[Diagnostic]:
    """One warning for each metric (or clause) whose ratios a denominator below 0 makes look good."""
    plain = World(program)
    ratios = {name: _ratios(m, plain) for name, m in program.metrics.items()}
    found: dict[tuple[str, str], _Found] = {}
    looked = 0
    for asked in _comparisons(program, plain):
        unguarded = _unguarded(asked, program, plain, ratios)
        looked += bool(unguarded)
        if looked > MAX_COMPARISONS:
            break
        for ratio in unguarded:
            truth = _rewards(asked, ratio, program)
            if truth is not None:
                place = (ratio.owner, "" if ratio.owner else asked.clause.address)
                one = found.setdefault(place, _Found())
                one.ratios.setdefault(ratio.denominator.text, ratio)
                if all(a.comparison.address != asked.comparison.address for a, _ in one.asked):
                    one.asked.append((asked, truth))
    for (owner, _), one in found.items():
        yield _warning(program, owner, one)


# --- which comparisons there are -----------------------------------------------------------------------------------


def _comparisons(program: p.Program, plain: World) -> Iterator[_Asked]:
    """Every comparison of the file's own judgements, with what it may be asked as."""
    wanted = _wanted(program)
    for name in program.order:
        declared = program.declared(name)
        if declared.origin != program.name:
            continue
        truths = wanted.get(name, frozenset())
        match declared:
            case p.Condition():
                known = facts(plain, declared.applies)
                if declared.applies is not None:
                    yield from _in(declared.applies, declared, declared.applies, {}, frozenset({True, False}), plain)
                yield from _in(declared.when, declared, declared.when, known, truths, plain)
            case p.Metric() if declared.type.kind is Kind.FLAG:
                known = facts(plain, declared.meaningful)
                yield from _in(declared.value, declared, declared.value, known, truths, plain)
            case p.Kill():
                yield from _in(declared.when, declared, declared.when, {}, truths, plain)
            case p.Catalyst():
                yield from _in(declared.expects, declared, declared.expects, {}, truths, plain)
            case p.Verdict():
                above: Facts = {}
                for row in declared.rows:
                    if row.when is not None:
                        yield from _in(row.when, declared, row.when, above, frozenset({True, False}), plain)
                        above = both(above, facts(plain, row.when, truth=False))
            case _:
                continue


def _wanted(program: p.Program) -> Mapping[str, frozenset[bool]]:
    """What each name may come out as in the company's favour, or is asked for as: a bull as true, a bear and a kill as
    either, since the one that does not hold speaks for the company; any as false where it is asked for with `not`."""
    found: dict[str, set[bool]] = {}
    for name in (*program.conditions, *program.kills, *program.catalysts):
        condition = program.conditions.get(name)
        one_way = name in program.catalysts or (condition is not None and condition.side is p.Side.BULL)
        found[name] = {True} if one_way else {True, False}
    for name in reversed(program.order):
        if name in program.inputs or name in program.params or name in program.pillars:
            continue
        mine = {True, False} if name in program.verdicts else found.get(name, {True})
        for expr in program.expressions(name):
            for used, truth in _uses(expr, True):
                found.setdefault(used, set()).update(truth == each for each in mine)
    return {name: frozenset(truths) for name, truths in found.items()}


def _uses(expr: p.Expr, truth: bool) -> Iterator[tuple[str, bool]]:
    """The conditions that an expression asks for, and as what."""
    for node, wanted, _ in _walk(expr, truth):
        if isinstance(node, p.Ref):
            yield node.name, wanted


def _walk(expr: p.Expr, truth: bool | None, plain: bool = True) -> Iterator[tuple[p.Expr, bool, bool]]:
    """The comparisons and names of an expression, with what they are asked as; by `count` and the like as either (None)."""
    match expr:
        case p.Not():
            yield from _walk(expr.operand, None if truth is None else not truth, False)
        case p.IsTruth():
            yield from _walk(expr.operand, None if truth is None else truth == expr.wanted, plain and expr.wanted)
        case p.Logic() | p.Holds():
            for item in p.children(expr):
                yield from _walk(item, truth, plain)
        case p.Compare() | p.Ref():
            for each in (True, False) if truth is None else (truth,):
                yield expr, each, plain
            if isinstance(expr, p.Compare):
                yield from _within(expr)
        case p.Call() if expr.function in ("any", "all"):
            for item in expr.arguments:
                yield from _walk(item, truth, plain)
        case p.If():
            for condition in expr.conditions:
                yield from _walk(condition, None, False)
            for value in expr.values:
                yield from _walk(value, truth, False) if expr.type.kind is Kind.FLAG else _within(value)
        case _:
            yield from _within(expr)


def _within(expr: p.Expr) -> Iterator[tuple[p.Expr, bool, bool]]:
    """Conditions that are counted."""
    for child in p.children(expr):
        if child.type.kind is Kind.FLAG or isinstance(child, p.Call | p.If):
            yield from _walk(child, None, False)


def _in(
    expr: p.Expr, declared: p.Declared, clause: p.Expr, known: Facts, truths: frozenset[bool], plain: World
) -> Iterator[_Asked]:
    """The comparisons of a clause. Beside others in an `and` they count where those hold."""
    if isinstance(expr, p.Logic) and len({item.span for item in expr.items} | {expr.span}) > 1:
        if len(expr.items) > MAX_BESIDE:
            return
        said = [facts(plain, item, expr.operator == "and") for item in expr.items]
        for at, item in enumerate(expr.items):
            yield from _in(item, declared, clause, both(known, *said[:at], *said[at + 1 :]), truths, plain)
        return
    past = isinstance(expr, p.Holds)
    for node, truth, positive in _walk(expr, True):
        if isinstance(node, p.Compare):
            asked = frozenset(truth == each for each in truths)
            same = node if not isinstance(expr, p.Logic) else expr
            yield _Asked(node, same, declared, clause, {} if past else known, asked, positive and same is clause)


# --- which ratios they rest on ---------------------------------------------------------------------------------------


def _ratios(metric: p.Metric, plain: World) -> list[_Ratio]:
    """The ratios of a metric whose denominators can be below 0 where the metric means something."""
    own = facts(plain, metric.meaningful) if metric.meaningful is not None else {}
    return list(_below_zero(metric.value, metric.name, World(plain.program, own) if own else plain))


def _below_zero(expr: p.Expr, owner: str, world: World, past: bool = False) -> Iterator[_Ratio]:
    if isinstance(expr, p.Arithmetic) and expr.operator in "/^":
        under = expr.right if expr.operator == "/" else expr.left
        inverse = expr.operator == "/" or world.of(expr.right).low < 0
        there = world.past if past else world
        if inverse and not isinstance(under, p.Const) and there.of(under).low < 0:
            yield _Ratio(under, owner, past)
        if expr.operator == "/" and is_enterprise_value(world.program, expr.left) and there.of(expr.left).low < 0:
            yield _Ratio(expr.left, owner, past)
    if isinstance(expr, p.If):  # a ratio is made only where its condition holds
        for condition in expr.conditions:
            yield from _below_zero(condition, owner, world, past)
        for known, value in ways(world, expr):
            yield from _below_zero(value, owner, world if past else world.where(known), past)
        return
    past = past or isinstance(expr, p.Holds) or (isinstance(expr, p.Call) and looks_back(expr))
    for child in p.children(expr):
        yield from _below_zero(child, owner, world, past)


def _names(expr: p.Expr, past: bool = False) -> Iterator[tuple[str, bool]]:
    """The names in an expression, and whether their past is asked for."""
    if isinstance(expr, p.Ref):
        yield expr.name, past
    past = past or isinstance(expr, p.Holds) or (isinstance(expr, p.Call) and looks_back(expr))
    for child in p.children(expr):
        yield from _names(child, past)


def _unguarded(asked: _Asked, program: p.Program, plain: World, ratios: Mapping[str, list[_Ratio]]) -> list[_Ratio]:
    """The ratios of a comparison that nothing on the way to them excludes."""
    world = World(program, asked.facts) if asked.facts else plain
    found = list(_below_zero(asked.comparison, "", world))
    reached = program.upstream(p.names_in(asked.comparison))
    for name in program.in_order(n for n in reached if ratios.get(n)):
        found += [r for r in ratios[name] if _reaches(asked, r, program, plain, world)]
    return found


def _reaches(asked: _Asked, ratio: _Ratio, program: p.Program, plain: World, world: World) -> bool:
    """Whether a way leads from a comparison to a ratio on which nobody asks whether its denominator is above 0. What is
    asked of one period says nothing of those before it."""
    guards: dict[str, bool] = {}

    def guard(name: str) -> bool:
        if name not in guards:
            meaningful = program.metrics[name].meaningful if name in program.metrics else None
            known = facts(plain, meaningful) if meaningful is not None else {}
            guards[name] = bool(known) and World(program, known).of(ratio.denominator).low >= 0
        return guards[name]

    start = bool(asked.facts) and world.of(ratio.denominator).low >= 0
    queue = [(name, start and not past) for name, past in _names(asked.comparison)]
    seen: set[tuple[str, bool]] = set()
    while queue:
        name, guarded = queue.pop()
        if (name, guarded) in seen or name not in program.metrics:
            continue
        seen.add((name, guarded))
        guarded = guarded or guard(name)
        if name == ratio.owner and (ratio.past or not guarded):
            return True
        queue += [(below, guarded and not past) for below, past in _names(program.metrics[name].value)]
    return False


def _rewards(asked: _Asked, ratio: _Ratio, program: p.Program) -> bool | None:
    """What the comparison can come out as with the denominator below 0, where that is in the company's favour; None where
    it cannot."""
    world = World(program, asked.facts, ratio.denominator.address)
    left, right = world.of(asked.comparison.left), world.of(asked.comparison.right)
    operator = asked.comparison.operator
    for truth in sorted(asked.truths, reverse=True):
        if may_hold(operator if truth else OPPOSITE[operator], left, right):
            return truth
    return None


# --- what is said of them --------------------------------------------------------------------------------------------


def _warning(program: p.Program, owner: str, found: _Found) -> Diagnostic:
    first, truth = found.asked[0]
    ratios = list(found.ratios.values())
    labels = [Label(r.denominator.span, "it can be below 0") for r in ratios[:MAX_LABELS]]
    labels += [Label(a.whole.span, "here too") for a, _ in found.asked[1 : 1 + MAX_LABELS]]
    labels = [label for label in labels if not _covers(first.whole.span, label.span)]
    under = " and ".join(f"`{name}`" for name in list(found.ratios)[:MAX_LABELS])
    verb = "is" if len(found.ratios) == 1 else "are"
    bounds = _above_zero(program, ratios)
    mend, fixes = _mend(program, owner, ratios, first)
    if bounds:
        mend, fixes = f"{mend}, or {bounds[0].title}", [*bounds, *fixes]
    return make("T086", first.whole.span, labels=labels, fixes=fixes, comparison=f"`{_short(first.whole.text)}`",
                truth="true" if truth else "false", under=under, verb=verb, mend=mend)  # fmt: skip


def _covers(outer: Span, inner: Span) -> bool:
    return outer.source == inner.source and outer.start <= inner.start and inner.end <= outer.end


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _mend(program: p.Program, owner: str, ratios: list[_Ratio], asked: _Asked) -> tuple[str, list[Fix]]:
    above = " and ".join(f"{_atom(r.denominator)} > 0" for r in ratios)
    if any(r.past for r in ratios):
        return "make the ratio its own metric, and say there when it is `meaningful`", []
    if owner:
        metric = program.metrics[owner]
        if metric.origin != program.name:
            return f"ask for it beside the comparison: `{above} and …`, or override metric `{owner}`", []
        said = f"say when `{owner}` means something: `meaningful when {above}`"
        if metric.meaningful is not None:
            return said, _and(metric.meaningful, above)
        end = metric.value.span.source.span(metric.value.span.end, metric.value.span.end)
        return said, [insert(end, f" meaningful when {above}", f"write `meaningful when {above}`")]
    if isinstance(asked.declared, p.Condition) and asked.clause is asked.declared.when:
        said = f"say when it counts: `applies when {above}`"
        if asked.declared.applies is not None:
            return said, _and(asked.declared.applies, above)
        before = re.compile(r"when\s*$").search(asked.clause.span.source.text[: asked.clause.span.start])
        place = asked.clause.span.source.span(before.start(), before.start()) if before else None
        return said, [insert(place, f"applies when {above} ", f"write `applies when {above}`")] if place else []
    said = f"make the ratio its own metric with `meaningful when {above}`, or ask for it here: `{above} and …`"
    return said, [insert(asked.whole.span, f"{above} and ", f"write `{above} and …`")] if asked.plain else []


def _atom(expr: p.Expr) -> str:
    """An expression as it stands before `>`, without brackets around the whole of it."""
    text = expr.text
    inside = text[1:-1]
    whole = text.startswith("(") and text.endswith(")") and not re.search(r"[()]", inside)
    return inside if whole else text


def _and(clause: p.Expr, above: str) -> list[Fix]:
    """One more condition in a clause."""
    loose = isinstance(clause, p.Logic) and clause.operator == "or"
    start, end = clause.span, clause.span.source.span(clause.span.end, clause.span.end)
    fix = insert(end, f"{')' if loose else ''} and {above}", f"write `and {above}`")
    if not loose:
        return [fix]
    return [Fix(fix.title, (*insert(start, "(", "").edits, *fix.edits))]


def _above_zero(program: p.Program, ratios: list[_Ratio]) -> list[Fix]:
    """Bounds, where a denominator is nothing but an input that is never below 0 in life: a count, a daily price."""
    fixes = []
    for ratio in ratios:
        names = p.names_in(ratio.denominator)
        declared = program.inputs.get(next(iter(names))) if len(names) == 1 else None
        bare = isinstance(ratio.denominator, p.Ref | p.Call | p.Convert)
        if declared is None or not bare or declared.bounds is not None or declared.origin != program.name:
            continue
        price = declared.type.kind is Kind.MONEY and declared.type.series is Frequency.DAY
        if declared.type.kind is Kind.COUNT or price:
            end = _type_end(declared)
            if end is not None:
                fixes.append(insert(end, " above 0", f"declare `{declared.name}` with `above 0`"))
    return fixes


def _type_end(declared: p.Input) -> Span | None:
    """The place behind the type of an input."""
    text = declared.span.source.text
    written = re.compile(
        r'\s*(?:"[^"\n]*")?\s*:\s*(?:money|count)(?:\s+per\s+(?:share|day|week|month|quarter|year)|\s+in\s+[A-Z]{3})*'
    )
    found = written.match(text, declared.span.end)
    return declared.span.source.span(found.end(), found.end()) if found else None
