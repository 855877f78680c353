"""Linked declarations -> checked program: every mistake found, in one run.

In: `Linked`. Out: a `Program` (None where there are errors, and what could be made of it) and all diagnostics. Must
not know facts or values.

1. what each declaration must have; 2. the order in which names need each other, circles; 3. each declaration in
that order, its expressions typed; 4. texts, worlds, examples, which may speak of everything; 5. where there are
errors, one for each cause; else warnings.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import TypeVar

from dsl.check.beginnings import beginnings
from dsl.check.display_types import shown_types
from dsl.check.examples import examined, lower_example
from dsl.check.harmless import harmless
from dsl.check.order import order
from dsl.check.paths import mismatched, paths, segments
from dsl.check.root_causes import MAX_LABELS, Suspect, said_once, wrong_types
from dsl.check.warnings import warnings
from dsl.link.applying import applying, as_written
from dsl.link.library import Library
from dsl.link.linked import Entry, Linked
from dsl.link.load import Parse, load
from dsl.link.meaning import fingerprint
from dsl.lowering.assumptions import lower_scenario, template
from dsl.lowering.declarations import declare
from dsl.lowering.expressions import lower_figure
from dsl.lowering.scope import Scope
from dsl.program import program as p
from dsl.program.addresses import addressed
from dsl.syntax import nodes as s
from dsl.syntax.parse import parse
from dsl.text.diagnostics import Diagnostic, Label, summary
from dsl.text.edits import put
from dsl.text.files import Overlay
from dsl.text.messages import make
from dsl.text.record import record
from dsl.text.source import SourceFile
from dsl.types.units import ANY, Kind, Type
from dsl.uncertain.correlations import check_correlations
from dsl.uncertain.spreads import lower_uncertain

MAX_DIAGNOSTICS = 1000


@record
class Checked:
    """What a check finds: every diagnostic, in the order of the text, and the program.

    `program` is None where there are errors, and nothing is evaluated. `partial` is always there: the same program, or
    what could be made of one with errors, for who looks at places and names: what has no meaning in it is of the type
    `ANY`, declarations that could not be read or miss something are in `partial.broken`.
    """

    source: SourceFile
    linked: Linked = field(hash=False)
    program: p.Program | None
    partial: p.Program
    diagnostics: tuple[Diagnostic, ...]

    def __repr__(self) -> str:
        return f"Checked({self.source.path}: {summary(self.diagnostics) or 'no findings'})"

    @property
    def errors(self) -> list[Diagnostic]:
        """Those that stop the run."""
        return [d for d in self.diagnostics if d.is_error]

    def fingerprint(self) -> str:
        """The hash of what these rules mean, after all that they use; calculated when asked for."""
        return fingerprint(self.linked)


def check_file(source: SourceFile, library: Library, parse: Parse = parse) -> Checked:
    """Reads, links and checks a rule file: the one way from text to program. `parse` may know what it parsed before."""
    checked = check(load(source, library, parse))

    def again(texts: Mapping[str, SourceFile]) -> tuple[Diagnostic, ...]:
        files = Overlay({Path(path): text.text for path, text in texts.items()}, library.files)
        own = texts.get(source.path, source)
        return check(load(own, replace(library, files=files), parse)).diagnostics

    found = harmless(checked.diagnostics, source, again)
    return checked if found is checked.diagnostics else replace(checked, diagnostics=found)


def check(linked: Linked) -> Checked:
    """Checks what was linked. Never raises for what a rule file may hold."""
    whole, linked = linked, applying(linked)
    needs = _needs(linked)
    placed, circles = order(needs)
    program, scope = _lowered(linked, placed, {})
    found = [
        *linked.diagnostics,
        *(_circle(c, linked) for c in circles),
        *scope.diagnostics,
        *paths(program, linked),
        *mismatched(program),
        *segments(program, linked),
    ]
    if any(d.is_error for d in found):
        found = _root_causes(list(dict.fromkeys(found)), linked, placed, needs, scope)
    else:
        found += [*warnings(program), *beginnings(program, linked.header), *examined(program)]
    unique = list(dict.fromkeys(map(as_written, found)))
    unique.sort(key=Diagnostic.sort_key)
    failed = any(d.is_error for d in unique)
    if len(unique) > MAX_DIAGNOSTICS:
        unique = _cut(unique)
    return Checked(linked.source, whole, None if failed else program, program, tuple(unique))


def _lowered(linked: Linked, placed: list[str], assumed: Mapping[str, Type]) -> tuple[p.Program, Scope]:
    """Everything typed, in the order in which names need each other; `assumed`: names taken for another type."""
    scope = Scope(
        keywords={n: e.declaration.keyword for n, e in linked.entries.items()},
        dropped={n: d.span for n, d in linked.dropped.items()},
        lost=frozenset(linked.lost | linked.clashes),
        written={n: e.declaration for n, e in linked.entries.items()},
        assumed=assumed,
    )
    declared: dict[str, p.Declared] = {}
    broken = [_unread(each, origin) for each, origin in linked.broken]
    for name in placed:
        entry, before = linked.entries[name], len(scope.diagnostics)
        if name == p.AS_OF:
            scope.error("T012", entry.declaration.name.span, name=name)
        result = declare(entry.declaration, entry.origin, scope)
        if name in linked.clashes:  # what its uses need of it only the other declaration may give
            scope.types[name] = ANY
        if result is not None:
            declared[name] = result
        elif not isinstance(entry.declaration, s.Scenario):
            broken.append(_lacking(entry, next(iter(scope.diagnostics[before:]), None)))
    program = _assemble(linked, declared, tuple(n for n in placed if n in declared), scope)
    broken.sort(key=lambda each: (each.whole.source.path, each.whole.start))
    return replace(program, broken=tuple(broken)) if broken else program, scope


def _unread(written: s.Broken, origin: str) -> p.Broken:
    """A declaration that could not be read."""
    name, place = written.name.name, written.name.span
    return p.Broken(name, name, place if name else written.span, origin, written.keyword, written.span, written.finding)


def _lacking(entry: Entry, finding: Diagnostic | None) -> p.Broken:
    """A declaration that was read and misses what it must have."""
    d = entry.declaration
    return p.Broken(d.name.name, d.title or d.name.name, d.name.span, entry.origin, d.keyword, d.span, finding)


def _root_causes(
    found: list[Diagnostic], linked: Linked, placed: list[str], needs: dict[str, list[str]], scope: Scope
) -> list[Diagnostic]:
    """One error for each cause."""
    suspects = {
        name: Suspect(e.declaration, scope.types[name])
        for name, e in linked.entries.items()
        if (isinstance(e.declaration, s.Input) and e.declaration.type is not None and name in scope.types)
        or (isinstance(e.declaration, s.Param) and e.declaration.type is None and name in scope.types)
    }
    kept = {n: t for n, t in suspects.items() if t.type.kind is not Kind.ANY}
    found = wrong_types(found, kept, needs, lambda assumed: _lowered(linked, placed, assumed)[1].diagnostics)
    return said_once(found)


def _circle(circle: tuple[str, ...], linked: Linked) -> Diagnostic:
    """A circle with the place of each name in it, and what each is made of."""
    places = [linked.entries[n].declaration.name.span for n in circle[:-1]]
    labels = [Label(place, f"needs `{needed}`") for place, needed in zip(places[1:4], circle[2:], strict=False)]
    shown = circle if len(circle) <= 12 else (*circle[:8], "…", *circle[-3:])
    return make("T039", places[0], circle=" → ".join(shown), labels=labels, label=f"needs `{circle[1]}`")


def _cut(found: list[Diagnostic]) -> list[Diagnostic]:
    """Errors before warnings, as many as are shown, and a word on the rest: an error only where there are errors."""
    kept = sorted(found, key=lambda d: not d.is_error)  # stable: each sort stays in its order
    first = kept[MAX_DIAGNOSTICS]
    rest = make("T014", first.span, path=first.path, limit=MAX_DIAGNOSTICS)
    return [*kept[:MAX_DIAGNOSTICS], replace(rest, severity=kept[0].severity)]


def _needs(linked: Linked) -> dict[str, list[str]]:
    """Each name with the names its value is made of; a pillar is made of its conditions."""
    held = (s.Input, s.Param, s.Metric)  # what a bare word after `is` may name
    values = {n for n, e in linked.entries.items() if isinstance(e.declaration, held)}
    needs = {n: _names(_value_parts(e.declaration), values) for n, e in linked.entries.items()}
    for name, entry in linked.entries.items():
        if isinstance(entry.declaration, s.Condition):
            for pillar in entry.declaration.pillars:
                owner = linked.entries.get(pillar.name)
                if owner is not None and isinstance(owner.declaration, s.Pillar):
                    needs[pillar.name].append(name)
    return needs


def _value_parts(d: s.Declaration) -> list[s.Expr]:
    match d:
        case s.Param():
            parts: list[s.Expr | None] = [v.value for v in d.versions]
        case s.Valuation():
            parts = [d.value, d.meaningful, d.price]
        case s.Metric():
            parts = [d.value, d.meaningful]
        case s.Forecast():
            parts = [d.starts, d.then]
        case s.Condition():
            parts = [d.applies, d.when]
        case s.Verdict():
            parts = [d.applies, *(r.when for r in d.rows)]
        case s.Pillar():
            parts = [d.applies]
        case s.Kill():
            parts = [d.when]
        case s.Catalyst():
            parts = [d.expects]
        case _:
            parts = []
    return [part for part in parts if part is not None]


def _names(parts: list[s.Expr], values: Container[str]) -> list[str]:
    found: dict[str, None] = {}
    stack: list[object] = list(reversed(parts))
    while stack:
        node = stack.pop()
        if isinstance(node, s.Name):
            found[node.name] = None
        elif isinstance(node, s.Call):
            stack.extend(reversed(node.arguments))
        elif isinstance(node, s.Is):
            stack.append(node.operand)
            if not node.quoted and node.word in values:
                found[node.word] = None
        elif isinstance(node, s.Includes):
            stack.append(node.operand)
        elif isinstance(node, s.Expr):
            for slot in reversed(node.__dataclass_fields__):
                value = getattr(node, slot)
                if isinstance(value, s.Expr):
                    stack.append(value)
                elif isinstance(value, tuple):
                    stack.extend(v for v in reversed(value) if isinstance(v, s.Expr))
    return list(found)


_D = TypeVar("_D", bound=p.Declared)


def _assemble(linked: Linked, declared: dict[str, p.Declared], placed: tuple[str, ...], scope: Scope) -> p.Program:
    def table(kind: type[_D]) -> dict[str, _D]:
        found = {}
        for name in linked.entries:  # the order of the text
            declaration = declared.get(name)
            if isinstance(declaration, kind):
                found[name] = declaration
        return found

    def with_text(kind: type[_D], rewrite: Callable[[_D, s.Declaration], _D]) -> dict[str, _D]:
        return {n: rewrite(d, linked.entries[n].declaration) for n, d in table(kind).items()}

    metrics, forecasts = table(p.Metric), table(p.Forecast)
    scenarios = {
        n: lower_scenario(e.declaration, e.origin, scope)
        for n, e in linked.entries.items()
        if isinstance(e.declaration, s.Scenario)
    }
    _refuse_circles(scenarios, linked, scope)
    total = sum(likely for sc in scenarios.values() if (likely := _written(sc)) is not None)
    if total > 1 + 1e-9:
        _too_likely(scenarios, linked, total, scope)
    uncertain = tuple(
        u for e in linked.uncertain.values() if (u := lower_uncertain(e.declaration, e.origin, scope)) is not None
    )
    check_correlations(
        (d for e in linked.uncertain.values() if isinstance(d := e.declaration, s.Uncertain)), uncertain, scope
    )
    header = linked.header
    uses = [p.Module(m.name, m.header.title or m.name, m.source.path, m.shown, m.header.asks) for m in linked.modules]
    program = p.Program(
        name=header.name.name if header else "",
        title=(header.title or header.name.name) if header else "",
        keyword=header.keyword if header else "rules",
        path=linked.source.path,
        ticker=header.ticker if header else None,
        asks=linked.asks,
        view=header.view if header else None,
        since=header.since.value if header and header.since else None,
        modules=tuple(uses),
        changes=tuple(linked.changes),
        inputs=table(p.Input),
        params=table(p.Param),
        metrics=metrics,
        forecasts=forecasts,
        pillars=table(p.Pillar),
        conditions=with_text(p.Condition, lambda d, w: _condition_texted(d, w, scope)),
        verdicts=with_text(p.Verdict, lambda d, w: _rows_texted(d, w, scope)),
        scenarios=scenarios,
        catalysts=with_text(p.Catalyst, lambda d, w: _texted(d, w, scope)),
        kills=with_text(p.Kill, lambda d, w: _texted(d, w, scope)),
        uncertain=uncertain,
        examples=tuple(
            lower_example(e.declaration, e.origin, scope)
            for e in linked.examples
            if isinstance(e.declaration, s.Example)
        ),
        order=placed,
        shown=_key_figures(header, scope),
    )
    shown = shown_types(program)
    metrics = {n: replace(m, shown=shown.get(n, m.shown)) for n, m in metrics.items()}
    return addressed(replace(program, metrics=metrics))


def _key_figures(header: s.Header | None, scope: Scope) -> tuple[str, ...]:
    """What the file's own header shows: names that are figures, each once."""
    found: dict[str, s.Name] = {}
    for name in header.shown if header is not None else ():
        if name.name in found:
            scope.error("T009", name.span, keyword="the list", name="show", clause=f"`{name.name}`")
        elif lower_figure(name, scope).type.kind is not Kind.ANY:
            found[name.name] = name
    return tuple(found)


def _written(scenario: p.Scenario) -> float | None:
    """A probability that is written out; one that is a param is read when it is evaluated."""
    value = scenario.probability.value if isinstance(scenario.probability, p.Const) else None
    return value if isinstance(value, float) else None


def _refuse_circles(scenarios: dict[str, p.Scenario], linked: Linked, scope: Scope) -> None:
    """Scenarios that build on each other in a circle."""
    said: set[str] = set()
    for name in scenarios:
        steps = [name]
        while (base := scenarios[steps[-1]].base) in scenarios and base not in steps:
            steps.append(base)
        if base == name and name not in said:
            said.update(steps)
            place = linked.entries[name].declaration.name.span
            scope.error("T039", place, circle=" → ".join([*steps, name]))


def _too_likely(scenarios: dict[str, p.Scenario], linked: Linked, total: float, scope: Scope) -> None:
    """The scenario whose probability goes beyond 100%, and those before it."""
    written = [linked.entries[n].declaration for n, sc in scenarios.items() if _written(sc)]
    places = [d.probability.span for d in written if isinstance(d, s.Scenario) and d.probability is not None]
    labels = [Label(place, place.text) for place in places[:-1][:MAX_LABELS]]
    likely = [(place, value) for place, value in zip(places, map(_written, _with(scenarios)), strict=False) if value]
    fixes = [put(place, f"{(value - total + 1) * 100:.10g}%") for place, value in likely if value > total - 1]
    scope.error(
        "T044", places[-1], labels, fixes=fixes, total=f"{total * 100:.10g}%", over=f"{(total - 1) * 100:.10g}pp"
    )


def _with(scenarios: dict[str, p.Scenario]) -> list[p.Scenario]:
    """The scenarios whose probability is written out."""
    return [scenario for scenario in scenarios.values() if _written(scenario)]


_T = TypeVar("_T", p.Condition, p.Catalyst, p.Kill)


def _texted(declared: _T, written: s.Declaration, scope: Scope) -> _T:
    """The text of a declaration; it may speak of anything, so it is read when all types are known."""
    because = template(getattr(written, "because", None), scope)
    return replace(declared, because=because)


def _condition_texted(declared: p.Condition, written: s.Declaration, scope: Scope) -> p.Condition:
    """The texts of a condition: why it holds, and why it does not."""
    otherwise = template(getattr(written, "otherwise", None), scope)
    return replace(_texted(declared, written, scope), otherwise=otherwise)


def _rows_texted(declared: p.Verdict, written: s.Declaration, scope: Scope) -> p.Verdict:
    assert isinstance(written, s.Verdict)
    rows = tuple(
        replace(r, because=template(w.because, scope)) for r, w in zip(declared.rows, written.rows, strict=True)
    )
    return replace(declared, rows=rows)
