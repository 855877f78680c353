"""A facts file for rules, with every input that they ask for, empty: what each is, and how a fact of it is written.

In: a checked `Program`, the company. Out: the inputs, and the text of the file. Must not know how it is printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dsl.program.calls import function
from dsl.program.program import Call, Input, Program, names_in, walk
from dsl.types.functions import EXPECTING
from dsl.types.units import Frequency, Kind
from evaluator.known.quoted import AT_HOME, is_price, is_quoted
from evaluator.readers.write import plain
from evaluator.schema.facts import NeededInput

_PERIODS = {Frequency.QUARTER: "Q4 FY2025", Frequency.YEAR: "FY2025", Frequency.MONTH: "2025-12-31"}
_COMING = {Frequency.QUARTER: "Q4 FY2026", Frequency.YEAR: "FY2026", Frequency.MONTH: "2026-12-31"}
_VALUES = {
    Kind.MONEY: "39.8bn", Kind.PERCENT: "38%", Kind.POINTS: "2pp", Kind.RATIO: "38%", Kind.MULTIPLE: "22x", Kind.COUNT: "1200",
    Kind.FLAG: "yes", Kind.DATE: "2026-08-27", Kind.TEXT: '"…"',
}  # fmt: skip
"""A value of each kind, to show how it is spelled."""
_RULED = re.compile(r"#\s*[-=]{3,}")


def needed(program: Program, asked: frozenset[str] | None = None) -> list[NeededInput]:
    """Every input, those first on which an outcome rests; rules that judge nothing declare all for others. `asked`: of one
    company, the names that anything asks for that applies to it."""
    asked = program.asked_for if asked is None else asked
    judges = bool(program.asked_for & set(program.inputs))
    expected = _expected(program)
    found = [_needed(i, i.name in asked or not judges, i.name in expected) for i in program.inputs.values()]
    return sorted(found, key=lambda i: not i.judged)


def _expected(program: Program) -> frozenset[str]:
    """The names of which rules ask what is expected."""
    said = (*(e for name in program.order for e in program.expressions(name)), *program.sentences)
    asking = (n for e in said for n in walk(e) if isinstance(n, Call) and function(n).shape in EXPECTING)
    return frozenset(name for call in asking for name in names_in(call))


def _needed(declared: Input, judged: bool, expected: bool) -> NeededInput:
    return NeededInput(
        name=declared.name,
        title=declared.title,
        type=str(declared.type),
        optional=declared.optional,
        judged=judged,
        bounds=declared.bounds.text if declared.bounds else None,
        stale_after=str(declared.stale_after) if declared.stale_after else None,
        comment=_comment(declared),
        origin=declared.origin,
        example=_example(declared),
        expected=_example(declared, to_come=True) if expected else None,
    )


def _comment(declared: Input) -> str | None:
    """The comment that stands above a declaration or behind it."""
    source, line = declared.span.source, declared.span.line
    above: list[str] = []
    for number in range(line - 1, 0, -1):
        text = source.line_text(number).strip()
        if not text.startswith("#") or _RULED.match(text):
            break
        above.insert(0, text.lstrip("# "))
    last, _ = source.line_column(declared.span.end)
    _, mark, behind = _code_and_comment(source.line_text(last))
    said = [*above, *([behind.strip()] if mark else [])]
    return " ".join(said) or None


def _code_and_comment(line: str) -> tuple[str, str, str]:
    """A line parted at the `#` that begins its comment, if any: one that stands in no text."""
    for at, char in enumerate(line):
        if char == "#" and line.count('"', 0, at) % 2 == 0:
            return line[:at], "#", line[at + 1 :]
    return line, "", ""


def _example(declared: Input, to_come: bool = False) -> str:
    """A fact of an input; `to_come`: an estimate of a later period."""
    kind, currency = declared.type, declared.type.currency
    if is_quoted(declared) and is_price(declared):
        value, currency = "130", currency or AT_HOME  # a price says in which currency it is quoted
    elif kind.kind is Kind.CHOICE:
        value = plain(kind.options[0]) if kind.options else '"…"'
    elif kind.kind is Kind.SET:
        value = f"[{', '.join(map(plain, kind.options[:2]))}]"
    else:
        value = _VALUES.get(kind.kind, "12.5")
    code = f" {currency}" if currency and kind.kind is Kind.MONEY else ""
    periods = _COMING if to_come else _PERIODS
    when = (
        "date: 2026-02-12"
        if kind.series in (None, Frequency.DAY, Frequency.WEEK)
        else f"period: {periods[kind.series]}"
    )
    when += ", segment: …" if declared.by_segment else ""
    word = "estimate" if to_come else "reported"
    return f'{{{when}, value: {value}{code}, published: 2026-02-12, kind: {word}, source: "…"}}'


def template_text(program: Program, inputs: Sequence[NeededInput], ticker: str | None) -> str:
    """The facts file."""
    lines = [
        f"# Facts for `{program.name}`: {program.title}.",
        "# Fill in the head, and below each name its facts, one a line as the example shows; the example's figures are none.",
        "# A name without facts is unknown, and the report says what that leaves open.",
        "name:",
        f"ticker: {plain(ticker) if ticker else ''}".rstrip(),
        "currency:",
        "fiscal_year_ends:",
        "",
        "facts:",
    ]
    for n, one in enumerate(inputs):
        if not one.judged and (n == 0 or inputs[n - 1].judged):
            lines += ["  # --- no outcome of these rules rests on what follows ---", ""]
        examples = [one.example] if one.expected is None else [one.example, one.expected]
        lines += [*_words(one), *(f"  #   - {each}" for each in examples), f"  {one.name}:", ""]
    return "\n".join(lines).rstrip() + "\n"


def _words(one: NeededInput) -> list[str]:
    more = [f"between {one.bounds.replace(' to ', ' and ')}"] if one.bounds else []
    more += [f"stale after {one.stale_after}"] if one.stale_after else []
    more += ["may be missing"] if one.optional else []
    lines = [f"  # {one.title}: {', '.join([one.type, *more])}"]
    return [*lines, f"  # {one.comment}"] if one.comment else lines
