"""Names that have a figure for each segment of a company: where they may stand, and what may be added up over segments.

In: what was linked, and the program made of it. Out: errors. Must not know facts or values.

A name that is declared `by segment` means a figure within `sum over segments(…)` alone. Anywhere else it could mean the figure of
the group or the sum, and the two differ by what no segment bears: such a name is refused there, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator

from dsl.link.linked import Linked
from dsl.program import program as p
from dsl.program.segments import over_segments, summed
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import put
from dsl.text.messages import make
from dsl.types.units import ANY, PERCENTS, Kind, Type


def segments(program: p.Program, linked: Linked) -> Iterator[Diagnostic]:
    """Every mistake in how names by segment are read, set and added up."""
    own = {name for name, declared in program.inputs.items() if declared.by_segment}
    said = [*(e for name in program.order for e in program.expressions(name)), *program.beside]
    said += [x.condition for example in program.examples for x in example.expect]
    for expr in said:
        for call in over_segments([expr]):
            yield from _summed(program, call, own)
        for ref in _outside(expr):
            if ref.name in own:
                adds = _adds(program.inputs[ref.name].type)
                way = f"sum over segments({ref.name})"
                mend = f"add it up: `{way}`" if adds else f"read it there, such as in `{summed(program, ref.name)}`"
                where = Label(program.inputs[ref.name].span, "declared by segment here")
                yield make(
                    "T160",
                    ref.span,
                    labels=[where],
                    fixes=[put(ref.span, way)] if adds else [],
                    name=ref.name,
                    mend=mend,
                )
    yield from _set(linked, own)
    yield from _twice(program, own)


def _outside(expr: p.Expr) -> Iterator[p.Ref]:
    """The names that are read in an expression outside any sum over segments."""
    if isinstance(expr, p.Ref):
        yield expr
    elif not (isinstance(expr, p.Call) and list(over_segments([expr], inner=False))[:1] == [expr]):
        for child in p.children(expr):
            yield from _outside(child)


def _adds(kind: Type) -> bool:
    """Whether figures of segments are parts of one figure. A ratio of each, a growth or an amount per share is none."""
    return kind.kind in (Kind.MONEY, Kind.COUNT, Kind.NUMBER, Kind.RATIO, Kind.ANY) and not kind.share


def _summed(program: p.Program, call: p.Call, own: set[str]) -> Iterator[Diagnostic]:
    """What stands in one sum."""
    [amount] = call.arguments
    if amount.type.kind is Kind.ANY:
        return
    if any(node is not call for node in over_segments([call])):
        mend = "add up once; what is of the group is a metric of its own"
        yield make("T161", call.span, what="stands within another one", mend=mend)
        return
    if not own & p.names_in(amount):
        known = sorted(own)
        mend = f"name an input that comes by segment, such as `{known[0]}`" if known else (
            "declare an input of each segment: `input profit : money per year by segment`")  # fmt: skip
        yield make("T161", amount.span, what="adds up nothing that has a figure for each segment", mend=mend)
    if not _adds(amount.type):
        percent = amount.type.kind in PERCENTS
        mend = (
            "multiply it by the amount of which it is a part" if percent else "multiply it by an amount of each segment"
        )
        what = f"adds up amounts, and `{amount.text}` is {amount.type}"
        yield make("T161", amount.span, what=what, mend=mend)


def _set(linked: Linked, own: set[str]) -> Iterator[Diagnostic]:
    """Worlds that set such a name to one figure, and headers that show it."""
    for entry in (*linked.entries.values(), *linked.examples, *linked.uncertain.values()):
        match entry.declaration:
            case s.Scenario(assume=bindings) | s.Example(given=bindings):
                names = [binding.name for binding in bindings]
            case s.Uncertain(name=name):
                names = [name]
            case _:
                continue
        for written in names:
            if written.name in own:
                mend = "set a param instead by which the figure of each segment is multiplied"
                yield make("T160", written.span, name=written.name, mend=mend)


def _twice(program: p.Program, own: set[str]) -> Iterator[Diagnostic]:
    """`profit.cloud` is the profit of cloud: no module may bring a name that is written so."""
    for table in program.tables.values():
        for name, declared in table.items():
            first, dot, _ = name.rpartition(".")
            if dot and first in own and getattr(declared, "type", ANY) is not None:
                what = f"could not tell `{name}`, which a module brings, from `{first}` of a segment"
                yield make("T161", declared.span, what=what, mend=f"use the module under another prefix than `{first}`")
