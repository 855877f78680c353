"""Names, functions and types in Markdown, as a hover and a list of completions show them.

In: a `View` and a name. Out: Markdown. Must not know where it is shown.
"""

from __future__ import annotations

from dsl.ide.view import Beside, View, type_of
from dsl.program import program as p
from dsl.types.functions import Function, Slot
from dsl.types.units import Kind

_MAX_CODE = 1_200
"""So many characters of a formula are shown."""
_MAX_NAMES = 12


def signature(function: Function) -> tuple[str, list[tuple[int, int]]]:
    """A function as it is called, `high(series, window)`, and where each of its arguments stands in that text."""
    text, places = f"{function.name}(", list[tuple[int, int]]()
    for at, slot in enumerate(function.slots):
        word = _WORDS.get(slot, slot.value)
        optional = at >= function.fewest
        said = f"[{word}]" if optional else word
        text += ", " if at else ""
        places.append((len(text), len(text) + len(said)))
        text += said
    return text + (", …)" if function.rest else ")"), places


_WORDS = {
    Slot.FIGURE: "figure", Slot.SERIES: "series", Slot.MONEY_SERIES: "flow", Slot.WINDOW: "window",
    Slot.PERIODS: "periods", Slot.YEARS: "years", Slot.DECIMALS: "decimals", Slot.MONTHS: "months",
    Slot.FLAG: "condition", Slot.MANY: "figures", Slot.FLAGS: "conditions", Slot.ANY: "value", Slot.DATE: "date",
}  # fmt: skip


def of_function(function: Function) -> str:
    """What a function takes, gives and means."""
    lines = [code(signature(function)[0]), function.meaning]
    if function.missing != "Unknown.":
        lines.append(f"Where something is missing: {function.missing}")
    lines += [f"Takes {escaped(function.takes())}.", f"Example: `{function.example}`"]
    return "\n\n".join(lines)


def of_name(view: View, name: str, beside: Beside) -> str:
    """All about a name: what it is, its value today, its formula, its bounds and sources, where it stands, who reads it."""
    declared = view.declared(name)
    if declared is None:
        return ""
    parts = [f"**{escaped(declared.title)}**", code(head(view, declared))]
    known = beside.value(name)
    if known is not None:
        parts.append(f"**{escaped(known.text)}**" + (f"  \n{escaped(known.more)}" if known.more else ""))
        parts.append(escaped(known.trend))
    parts += _details(declared)
    parts.append(_place(view, declared))
    reads, read_by = _names(view, view.program.all_needs.get(name, frozenset())), _names(view, _readers(view, name))
    if reads:
        parts.append(f"Reads {reads}")
    if read_by:
        parts.append(f"Read by {read_by}")
    return "\n\n".join(part for part in parts if part)


def head(view: View, declared: p.Declared) -> str:
    """`metric growth : percent per quarter`, as a declaration writes it."""
    kind = type_of(declared)
    word = view.role(declared.name)
    if kind is None or kind.kind in (Kind.PILLAR, Kind.VERDICT) or isinstance(declared, p.Condition | p.Kill):
        return f"{word} {declared.name}"
    return f"{word} {declared.name} : {kind.written or kind}"


def _details(declared: p.Declared) -> list[str]:
    match declared:
        case p.Metric():
            found = [code(f"= {_written(declared.value)}")]
            return found + ([f"Meaningful when `{declared.meaningful.text}`"] if declared.meaningful else [])
        case p.Param():
            return [_version(version) for version in declared.versions]
        case p.Input():
            bounds = declared.bounds.text if declared.bounds else ""
            said = [
                "by segment" if declared.by_segment else "",
                "optional" if declared.optional else "",
                f"between {bounds}".replace(" to ", " and ") if " to " in bounds else bounds,
                f"stale after {declared.stale_after}" if declared.stale_after else "",
            ]
            return [escaped(", ".join(each for each in said if each))]
        case p.Condition() | p.Kill():
            return [code(f"when {_written(declared.when)}")]
        case p.Catalyst():
            return [f"On {declared.day}", code(f"expects {_written(declared.expects)}")]
        case p.Verdict():
            return ["\n".join(f"- {escaped(outcome)}" for outcome in declared.outcomes)]
        case p.Forecast():
            return [code(f"starts {_written(declared.starts)}\nthen {_written(declared.then)}")]
        case p.Broken():
            why = f": {declared.finding.message}" if declared.finding is not None else ""
            return [escaped(f"This declaration cannot be read{why}")]
        case _:
            return []


def _version(version: p.ParamVersion) -> str:
    since = f"from {version.since}: " if version.since else ""
    said = "the author's own judgement: " if version.own and version.source else ""
    source = f"  \n{escaped(said + version.source)}" if version.source else ""
    return f"{since}`{version.value.text}`{source}"


def _written(expr: p.Expr) -> str:
    """An expression as it stands in its file, its lines one under the other."""
    lines = [line.strip() for line in expr.span.text.split("\n")]
    text = "\n  ".join(line for line in lines if line)
    return text if len(text) <= _MAX_CODE else text[: _MAX_CODE - 1] + "…"


def _place(view: View, declared: p.Declared) -> str:
    source = declared.span.source
    if source.path == view.source.path:
        return f"Line {declared.span.line} of this file"
    name = source.path.replace("\\", "/").rpartition("/")[2]
    return f"From `{declared.origin}` ({escaped(name)}, line {declared.span.line})"


def _readers(view: View, name: str) -> list[str]:
    return [other for other, needs in view.program.all_needs.items() if name in needs]


def _names(view: View, names: frozenset[str] | list[str]) -> str:
    found = sorted(names, key=lambda each: view.program.position.get(each, -1))
    shown = ", ".join(f"`{each}`" for each in found[:_MAX_NAMES])
    return shown + (f" and {len(found) - _MAX_NAMES} more" if len(found) > _MAX_NAMES else "")


def code(text: str) -> str:
    """A block of code. What is in it ends no block early."""
    fence = "````" if "```" in text else "```"
    return f"{fence}thesis\n{text}\n{fence}"


_SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>#|~"} | {"\n": " "})


def escaped(text: str) -> str:
    """A text of a user in Markdown: what it holds is shown and never read as layout, a link or a tag."""
    return text.translate(_SPECIAL)
