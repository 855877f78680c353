"""A program met by the facts of one company: each input `by segment` becomes an input of each of its segments.

In: a checked `Program`, a `Company`. Out: the `Program` with an input `ebita.cloud` for each segment that facts name, and every sum over
segments with one part for each. Must not know the as-of date.

A fact of a segment is a fact of a name of its own, so that all that holds of facts holds of it: which of several counts, what
follows from others, what was known on a day. It is never the group's figure, nor a part of what is derived of the group's.
Which segments there were on a day is for the evaluator (`engine/forward.py`): a segment is looked at from its first fact on.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dsl.program import program as p
from dsl.program.addresses import addressed
from dsl.program.paths import of_segment, over_segments
from dsl.text.diagnostics import Diagnostic
from dsl.text.source import Span
from dsl.types.units import Type
from evaluator.codes.messages import make
from evaluator.facts.held import about, names_of
from evaluator.facts.model import Company, Fact

_SEGMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TABLES = (
    "params", "metrics", "forecasts", "pillars", "conditions", "verdicts", "scenarios", "catalysts", "kills", "uncertain",
    "examples",
)  # fmt: skip
"""What holds expressions."""


def segmented(program: p.Program, company: Company | None, day: dt.date | None = None) -> p.Program:
    """The program with inputs for the segments of a company; the same one where no input comes by segment, or no fact names a
    segment. Segments come in the order of their names, wherever their facts stand. `day`: those of which anything had been
    published by then."""
    bases = [name for name, declared in program.inputs.items() if declared.by_segment]
    if company is None or not bases or any(declared.segment for declared in program.inputs.values()):
        return program
    given = segments_of(bases, _names(bases, company, day))
    found = {name: set(mine) for name, mine in given.items()}
    for call in over_segments(
        _said(program)
    ):  # a segment of one name that is missing under another is missing, and no 0
        together = [name for name in bases if name in p.names_in(call)]
        every = {segment for name in together for segment in given[name]}
        for name in together:
            found[name] |= every
    if not any(found.values()):
        return program
    inputs: dict[str, p.Input] = {}
    for name, declared in program.inputs.items():
        inputs[name] = declared
        for segment in sorted(found.get(name, ())):
            own = of_segment(name, segment)
            if own not in program.inputs:
                title = f"{declared.title}, {segment}"
                inputs[own] = replace(declared, name=own, title=title, by_segment=False, segment=segment)
    order = [
        own for name in program.order for own in (name, *(of_segment(name, s) for s in sorted(found.get(name, ()))))
    ]
    expanded = {table: _expanded(getattr(program, table), found) for table in _TABLES}
    return addressed(replace(program, inputs=inputs, order=tuple(order), **expanded))


def known_segments(program: p.Program, company: Company | None, day: dt.date) -> frozenset[str]:
    """The names of the figures of segments of which anything had been published by a day."""
    bases = [name for name, declared in program.inputs.items() if declared.by_segment]
    return frozenset(_names(bases, company, day)) if company is not None and bases else frozenset()


def _names(bases: Collection[str], company: Company, day: dt.date | None) -> Collection[str]:
    """The names of facts of segments that had been published by a day."""
    names = {name for name in names_of(company.facts) if parted(name, bases)[1]}
    if day is None or not names:
        return names
    return {fact.name for fact in about(company.facts, names) if fact.name in names and fact.published <= day}


def _said(program: p.Program) -> Iterator[p.Expr]:
    """The expressions of a program; of one that has lost some of its declarations, those of the others."""
    declared = {name for table in program.tables.values() for name in table}
    for name in program.order:
        if name in declared:
            yield from program.expressions(name)
    yield from program.beside


def segments_of(bases: Collection[str], names: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """The segments of which facts are given under some names, for each of the names that come by segment."""
    found: dict[str, list[str]] = {name: [] for name in bases}
    for name in sorted(names):
        base, segment = parted(name, bases)
        if segment and _SEGMENT.fullmatch(segment):
            found[base].append(segment)
    return {name: tuple(mine) for name, mine in found.items()}


def parted(name: str, bases: Collection[str]) -> tuple[str, str]:
    """A name of facts as the name by segment and the segment; the segment is '' where it is of none of these names."""
    base = next((base for base in bases if name.startswith(f"{base}.")), "")
    return (base, name.removeprefix(f"{base}.")) if base else (name, "")


def _expanded(found: Any, segments: Mapping[str, Collection[str]]) -> Any:
    """A part of a program in which each sum over segments has a part for each segment; the same one where nothing is another."""
    if isinstance(found, p.Call) and list(over_segments([found], inner=False))[:1] == [found]:
        names = p.names_in(found) & segments.keys()
        every = sorted({segment for name in names for segment in segments[name]})
        [amount] = found.arguments
        return replace(found, arguments=tuple(_of(amount, names, each) for each in every)) if every else found
    if isinstance(found, Mapping):
        parts = {key: _expanded(value, segments) for key, value in found.items()}
        return parts if any(parts[key] is not found[key] for key in found) else found
    if isinstance(found, tuple):
        items = [_expanded(value, segments) for value in found]
        return tuple(items) if any(a is not b for a, b in zip(items, found, strict=True)) else found
    if isinstance(found, Type | Span | str) or not hasattr(found, "__dataclass_fields__"):
        return found
    changed = {slot: value for slot in found.__dataclass_fields__
               if (value := _expanded(getattr(found, slot), segments)) is not getattr(found, slot)}  # fmt: skip
    return replace(found, **changed) if changed else found


def _of(found: Any, names: Collection[str], segment: str) -> Any:
    """An expression in which names by segment stand for the figures of one segment."""
    if isinstance(found, p.Ref):
        return replace(found, name=of_segment(found.name, segment)) if found.name in names else found
    if isinstance(found, tuple):
        return tuple(_of(value, names, segment) for value in found)
    if not isinstance(found, p.Expr):
        return found
    return replace(found, **{slot: _of(getattr(found, slot), names, segment) for slot in found.__dataclass_fields__})


def inputs_of(program: p.Program, met: Sequence[p.Program]) -> list[p.Input]:
    """The inputs of a program, and those of the segments of several companies that it met: in place of each that comes by segment,
    where any company has segments of it."""
    found: list[p.Input] = []
    for name, declared in program.inputs.items():
        own = {other: d for one in met for other, d in one.inputs.items() if d.segment and base_of(d) == name}
        found += [own[other] for other in sorted(own)] or [declared]
    return found


def read_by_none(program: p.Program, asked: Collection[str]) -> tuple[str, ...]:
    """The inputs that are not among the names that are asked for; one that comes by segment is read as its segments, where a company
    has any."""
    parts = {base_of(declared) for declared in program.inputs.values() if declared.segment}
    return tuple(name for name in program.inputs if name not in asked and name not in parts)


def base_of(declared: p.Input) -> str:
    """The name of the rules under which the figure of a segment is; any other's own."""
    return declared.name.removesuffix(f".{declared.segment}") if declared.segment else declared.name


# --- what is wrong with the names of segments ---------------------------------------------------------------------


def misnamed(program: p.Program, company: Company) -> Iterator[Diagnostic]:
    """Facts whose segment is no word, which no rule could name; segments that are most likely one, written in two ways."""
    bases = [name for name, declared in program.inputs.items() if declared.by_segment]
    names = [name for name in names_of(company.facts) if parted(name, bases)[1]] if bases else []
    if not names:
        return
    first: dict[str, Fact] = {}
    for fact in about(company.facts, names):
        if fact.name in names:
            first.setdefault(fact.name, fact)
    alike: dict[str, dict[str, Fact]] = {}
    for name in sorted(first):
        base, segment = parted(name, bases)
        if not _SEGMENT.fullmatch(segment):
            word = re.sub(r"\W+", "_", segment.strip().lower(), flags=re.ASCII).strip("_")
            mend = f"write `{word}`" if _SEGMENT.fullmatch(word) else "write a word that begins with a letter"
            yield make("F080", first[name].place, name=base, segment=segment, mend=mend)
            continue
        alike.setdefault(segment.replace("_", "").lower(), {}).setdefault(segment, first[name])
    for ways in alike.values():
        one, *others = ways
        for other in others:
            yield make("F081", ways[other].place, one=one, other=other)
