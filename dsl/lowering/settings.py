"""`--set NAME=VALUE`: values that a person puts in place of a fact, a threshold or a formula for one run.

In: a `Program` and the texts. Out: name -> typed expression, and diagnostics whose place is the text itself.
Must not know facts or values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from dsl.lowering.assumptions import bindings
from dsl.lowering.scope import STATUSES, Scope
from dsl.program import program as p
from dsl.program.paths import of_segment
from dsl.syntax.parse import parse_bindings
from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import make
from dsl.text.source import SourceFile, Span
from dsl.types.units import FLAG, Kind, Type


def on_the_command_line(name: str, value: str) -> str:
    """A setting as it is typed."""
    quote = "'" if " " in value else ""
    return f"--set {quote}{name}={value}{quote}"


def read_settings(
    program: p.Program,
    texts: Iterable[str],
    ago: bool = False,
    shown: str = "--set",
    as_set: Callable[[str, str], str] = on_the_command_line,
) -> tuple[dict[str, p.Expr], list[Diagnostic]]:
    """Each `NAME=VALUE`, typed as its name; the same name twice is an error. `ago`: earlier periods
    may be set too, as in an example. `shown` is the place that messages name, `as_set` how a user writes a name and its
    value."""
    scope = Scope(keywords=_keywords(program), dropped={}, lost=frozenset(), types=_types(program))
    scope.bounds = {n: i.bounds for n, i in program.inputs.items() if i.bounds is not None}
    scope.steps = {n: f.steps for n, f in program.forecasts.items()}
    found: dict[str, p.Expr] = {}
    together = ", ".join(texts) if ago else ""
    for text in [together] if together else texts:
        written, problems = parse_bindings(SourceFile(shown, text))
        scope.diagnostics += problems
        scope.params_only = "setting"
        for name, value in bindings(written, scope, ago).items():
            if name in found:
                scope.diagnostics.append(make("T059", written[0].name.span, name=name))
            found[name] = value
            if name in program.inputs and program.inputs[name].by_segment:
                place = next((b.name.span for b in written if b.name.name == name), None)
                scope.diagnostics.append(_by_segment(program, name, place))
            if name in program.paths_read:
                place = next((b.name.span for b in written if b.name.name == name), None)
                scope.diagnostics.append(of_a_path(program, name, place))
    return found, [_as_setting(d, scope.types, as_set) for d in scope.diagnostics]


def _by_segment(program: p.Program, name: str, place: Span | None) -> Diagnostic:
    """A name that has a figure for each segment: what is set for all of them would be read by nothing."""
    own = next((n for n, i in program.inputs.items() if i.segment and n == of_segment(name, i.segment)), None)
    mend = (
        f"set the figure of one segment, such as `{own}`"
        if own is not None
        else "set a param by which each is multiplied"
    )
    return make("T160", place, name=name, mend=mend)


def of_a_path(program: p.Program, name: str, place: Span | None) -> Diagnostic:
    """A forecast that is set by itself, though its steps are read: they would stay what they are."""
    leaves = {*program.inputs, *program.params} & program.upstream([name])
    parts = program.in_order(leaves)[:3]
    mend = f"set what it is made of: {', '.join(f'`{part}`' for part in parts)}" if parts else "set what it is made of"
    return make("T103", place, name=name, mend=mend)


def in_no_file(diagnostic: Diagnostic) -> Diagnostic:
    """What a message on a rule file says, as it reads for a text that is in no file."""
    if diagnostic.code == "T005":
        return replace(diagnostic, message=diagnostic.message.replace("the file ends", "the text ends"))
    return diagnostic


_SPELLINGS = {Kind.PERCENT: "38%", Kind.POINTS: "2pp", Kind.MULTIPLE: "22x", Kind.MONEY: "10bn CNY", Kind.NUMBER: "5",
              Kind.COUNT: "5", Kind.DATE: "2026-05-14", Kind.FLAG: "true", Kind.TEXT: '"text"'}  # fmt: skip


def _as_setting(diagnostic: Diagnostic, types: dict[str, Type], as_set: Callable[[str, str], str]) -> Diagnostic:
    """What a message on a rule file says, as it reads for a setting: there is no file, and rules are not to be mended."""
    diagnostic = in_no_file(diagnostic)
    if diagnostic.code == "T067" and diagnostic.span is not None:
        name = (
            diagnostic.span.source.text[: diagnostic.span.start]
            .rpartition(",")[2]
            .partition("=")[0]
            .partition(" ")[0]
            .strip()
        )
        spelling = _SPELLINGS.get(types[name].kind) if name in types else None
        return replace(diagnostic, hint=f"write it like `{as_set(name, spelling)}`") if spelling else diagnostic
    return diagnostic


def _keywords(program: p.Program) -> dict[str, str]:
    words = {name: word for word, table in program.tables.items() for name in table}
    return words | {c.name: c.side.value for c in program.conditions.values()}


def _types(program: p.Program) -> dict[str, Type]:
    found: dict[str, Type] = {}
    for table in (program.inputs, program.params, program.metrics, program.forecasts):
        found |= {name: declared.type for name, declared in table.items()}
    found |= dict.fromkeys(program.conditions, FLAG)
    found |= dict.fromkeys(program.pillars, Type(Kind.PILLAR, options=STATUSES))
    return found | {n: Type(Kind.VERDICT, options=v.outcomes) for n, v in program.verdicts.items()}
