"""Forecasts that read each other, and worlds that would set one of them over its own steps.

In: what was linked, and the program made of it. Out: errors. Must not know facts or values.
"""

from __future__ import annotations

from collections.abc import Iterator

from dsl.link.linked import Linked
from dsl.lowering.settings import of_a_path
from dsl.program import program as p
from dsl.program.paths import own_steps
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import put
from dsl.text.messages import make


def paths(program: p.Program, linked: Linked) -> Iterator[Diagnostic]:
    """Every mistake in how forecasts are read."""
    if program.forecasts:
        yield from _lengths(program, linked)
        yield from _last_steps(program)
        yield from _set(program, linked)


def _length(forecast: p.Forecast) -> str:
    return f"for {forecast.steps} {forecast.unit}{'s' if forecast.steps > 1 else ''}"


def _lengths(program: p.Program, linked: Linked) -> Iterator[Diagnostic]:
    """A path that reads another at each step has no more steps than that one, of the same length."""
    for name, own in program.forecasts.items():
        said: set[str] = set()
        for node in own_steps([own.then]):
            other = program.forecasts.get(node.name)
            if other is None or node.name in said or (other.unit is own.unit and other.steps >= own.steps):
                continue
            said.add(node.name)
            written = linked.entries[node.name].declaration
            horizon = written.horizon if isinstance(written, s.Forecast) else None
            labels = [Label(horizon.span, "it runs so long")] if horizon is not None else []
            fixes = [put(horizon.span, _length(own).removeprefix("for "))] if horizon is not None else []
            yield make("T101", node.span, labels=labels, fixes=fixes, name=name, other=node.name, own=_length(own),
                       its=_length(other))  # fmt: skip


def _last_steps(program: p.Program) -> Iterator[Diagnostic]:
    """A name that is made of the last step of a path, in the steps of another: nobody can tell which step is meant."""
    last: dict[str, str] = {}
    for name in program.order:
        if name not in program.forecasts:
            for node in own_steps(program.expressions(name)):
                path = node.name if node.name in program.forecasts else last.get(node.name)
                if path is not None:
                    last.setdefault(name, path)
    for name, own in program.forecasts.items():
        said: set[str] = set()
        for node in own_steps((own.starts, own.then)):
            path = last.get(node.name)
            if path is not None and node.name not in said:
                said.add(node.name)
                yield make("T102", node.span, name=node.name, ahead=path, own=name, last=program.forecasts[path].steps)


def _set(program: p.Program, linked: Linked) -> Iterator[Diagnostic]:
    """Scenarios, examples and distributions that put a figure in place of a path whose steps are read."""
    for entry in (*linked.entries.values(), *linked.examples, *linked.uncertain.values()):
        match entry.declaration:
            case s.Scenario(assume=bindings) | s.Example(given=bindings):
                names = [binding.name for binding in bindings]
            case s.Uncertain(name=name):
                names = [name]
            case _:
                continue
        for written in names:
            if written.name in program.paths_read:
                yield of_a_path(program, written.name, written.span)
