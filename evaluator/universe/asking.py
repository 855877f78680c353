"""What is asked of a screen, as names of a program: which names are kept, in which order, which figures are shown, how far each
figure is from its threshold.

In: checked rules, texts as they are typed. Out: `Question`, or `Failed`. Must not know tables or how names are judged.

Whatever is an expression (`magic_yield > 5%`, the x of `rank(x)`, a figure less its threshold) becomes a metric of the rules, so that each
engine evaluates it as it does any other: three-valued, with units, and with the same answer everywhere.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dsl.check.asked import asked as beside
from dsl.check.checker import Checked
from dsl.program import program as p
from dsl.text.edits import did_you_mean
from dsl.text.record import record
from dsl.types.units import FIGURES, Type
from evaluator.codes.messages import make
from evaluator.engine.evaluation import World
from evaluator.screening.protocol import RESERVED, Asked
from evaluator.session.reading import Failed
from evaluator.session.service import COMMAND_LINE, Asking, settings_for

if TYPE_CHECKING:
    from dsl.text.diagnostics import Diagnostic

GIVEN, NAME, SCORE = "given", "name", "score"
LOWEST, BY_GROUP = "lowest first", "by sector"
_RANK = re.compile(r"\s*rank\s*\(")
_SUFFIX = re.compile(r"\s*,?\s*(lowest first|highest first|by sector)\s*$")


@record
class Ranked:
    """One `rank(…)`: the metric whose order counts; the highest is the first unless `lowest`; `grouped`: among the names of its sector."""

    text: str
    metric: str
    lowest: bool
    grouped: bool


@record
class Order:
    """In which order names stand. `key`: given, name, score, or a verdict or metric; empty where `ranks` are added up."""

    key: str
    lowest: bool
    ranks: tuple[Ranked, ...]
    words: str


@record
class Margin:
    """A figure less its threshold, as a metric."""

    metric: str
    condition: str
    written: str
    kind: Type


@record
class Question:
    """Rules with all that is asked of them."""

    checked: Checked
    program: p.Program
    where: str | None
    """The metric that says whether a name is kept."""
    where_text: str | None
    order: Order
    shown: tuple[tuple[str, str], ...]
    """The metrics that are shown, each with its title."""
    margins: tuple[Margin, ...]
    notes: tuple[Diagnostic, ...]
    plain: p.Program
    """The rules without what is set; in `program` thresholds are those that are set."""
    given: Mapping[str, p.Expr]
    """What is set for all names."""

    @property
    def by_rows(self) -> World:
        """What is set and is no threshold: only the reference evaluator has it."""
        return World({n: e for n, e in self.given.items() if not _in_program(self.plain, n, e)})

    @property
    def world(self) -> World:
        """All that is set, for the reference evaluator on `plain`."""
        return World(dict(self.given))

    def what_if(self, day: dt.date) -> str:
        """What is set, in a sentence, with what it stands in place of on a day; '' where nothing is."""
        return "; ".join(self._set(name, value, day) for name, value in self.given.items())

    def _set(self, name: str, value: p.Expr, day: dt.date) -> str:
        said = f"{self.plain.declared(name).title} = {value.text}"
        versions = self.plain.params[name].versions if name in self.plain.params else ()
        now = [v for v in versions if v.since is None or v.since <= day]
        return f"{said}, today {now[-1].value.text}" if now else f"{said} for all names"

    def asked(self, history: bool) -> Asked:
        """All that an engine is asked for."""
        program = self.program
        more = (self.where, *(r.metric for r in self.order.ranks), *(m.metric for m in self.margins))
        key = (self.order.key,) if is_figure(program, self.order.key) else ()
        figures = (*program.inputs, *(name for name, _ in self.shown), *key, *(m for m in more if m is not None))
        return Asked(
            tuple(program.verdicts), tuple(program.pillars), tuple(program.conditions), tuple(program.kills),
            tuple(dict.fromkeys(figures)), has_score(program), True, history,
        )  # fmt: skip


def question(
    checked: Checked,
    where: str | None,
    sort: str | None,
    metrics: Sequence[str],
    history: bool = False,
    settings: Sequence[str] = (),
    asking: Asking = COMMAND_LINE,
) -> Question | Failed:
    """What is asked, as it is typed: `where` a condition of the language; `sort` a name, `score`, `given`, `name`, an expression, or ranks
    that are added up; `metrics` names or expressions; `settings` `NAME=VALUE` for all names. Failed (wrong use) where they have
    mistakes."""
    assert checked.program is not None, "rules with errors are not asked"
    before = checked.program
    given = settings_for(before, settings, asking)
    if isinstance(given, Failed):
        return given
    kept = [name for name in (*RESERVED, "missing") if name in before.position]
    if kept:
        return _wrong(
            f"the rules call something `{kept[0]}`, which in a table is a column of its own", "rename it in the rules"
        )
    parsed = _sort(GIVEN if sort is None and history else sort, before)
    if isinstance(parsed, Failed):
        return parsed
    key, lowest, ranks = parsed
    texts = [*([where] if where else []), *(text for text, _, _ in ranks if not is_figure(before, text))]
    texts += [key] if key and not _is_key(key, before) else []
    texts += [m for m in metrics if not _is_name(m)]
    for name in metrics:
        if _is_name(name) and not is_figure(before, name) and name not in before.metrics:
            known = [*before.metrics, *before.inputs]
            return _wrong(
                f"there is no metric `{name}` in these rules",
                did_you_mean(name, known, f"there are {', '.join(known[:12])}"),
            )
    margins = list(_margins(before))
    found = beside(checked, [*texts, *(text for text, _, _, _ in margins)])
    if found.checked.program is None:
        margins = []
        found = beside(checked, texts)
    if found.checked.program is None:
        return Failed(tuple(found.findings), wrong_use=True)
    program, names = found.checked.program, dict(zip(texts, found.names, strict=False))
    if where and str(program.metrics[names[where]].type.kind) != "flag":
        return _wrong(
            f"`{where}` is {program.metrics[names[where]].type}, and nothing that holds or not", "compare it: `… > 5%`"
        )
    ranked = tuple(Ranked(text, names.get(text, text), low, grouped) for text, low, grouped in ranks)
    for one in ranked:
        if not is_figure(program, one.metric):
            return _wrong(
                f"`{one.text}` is {program.metrics[one.metric].type}, and only figures have ranks", "rank a figure"
            )
    at = names.get(key, key)
    if key in names and not is_figure(program, at):
        return _wrong(f"`{key}` is {program.metrics[at].type}, and only figures have an order", "sort by a figure")
    shown = [(names.get(m, m), m if m in names else "") for m in metrics] or [(n, "") for n in compared(before)]
    shown += [(r.metric, r.text) for r in ranked if not _is_name(r.text)] if not metrics else []
    shown += [(r.text, "") for r in ranked if _is_name(r.text) and r.text not in dict(shown)]
    made = found.names[len(texts) :]
    return Question(
        found.checked, _with(program, given), names.get(where) if where else None, where or None,
        Order(at, lowest, ranked, _words(sort, key, lowest, ranked, program)),
        tuple(dict.fromkeys((n, t or program.declared(n).title) for n, t in shown)),
        tuple(Margin(m, c, w, t) for m, (_, c, w, t) in zip(made, margins, strict=False)),
        tuple(found.findings), program, given,
    )  # fmt: skip


def _in_program(program: p.Program, name: str, value: p.Expr) -> bool:
    """Whether what is set is a threshold, which is the same in every period."""
    return name in program.params and not isinstance(value, p.ByPeriod)


def _with(program: p.Program, given: Mapping[str, p.Expr]) -> p.Program:
    """The rules with the thresholds that are set."""
    set_ = {
        name: replace(program.params[name], versions=(p.ParamVersion(None, value, "set by hand"),))
        for name, value in given.items()
        if _in_program(program, name, value)
    }
    return replace(program, params={**program.params, **set_}) if set_ else program


def has_score(program: p.Program) -> bool:
    """Whether a screen shows the score of conditions: where the rules call something else so, that is meant by the word."""
    return bool(program.conditions) and SCORE not in program.position


def compared(program: p.Program) -> tuple[str, ...]:
    """The figures that judgements compare directly: those that a screen shows where nobody names any."""
    if program.shown:
        return tuple(n for n in program.shown if is_figure(program, n))
    asked = {n for name in (*program.conditions, *program.verdicts, *program.kills) for n in program.needs(name)}
    return tuple(n for n in (*program.metrics, *program.inputs) if n in asked and is_figure(program, n))


def is_figure(program: p.Program, name: str) -> bool:
    """Whether a name is a figure of the rules that is no threshold."""
    declared = program.metrics.get(name) or program.inputs.get(name) or program.forecasts.get(name)
    return declared is not None and declared.type.kind in FIGURES


# --- order -------------------------------------------------------------------------------------------------


_Parsed = tuple[str, bool, tuple[tuple[str, bool, bool], ...]]


def _sort(sort: str | None, program: p.Program) -> _Parsed | Failed:
    """The key, whether the lowest is first, and the ranks with whether each is lowest first and by sector."""
    if sort is None:
        return (SCORE if has_score(program) else GIVEN), False, ()
    if _RANK.match(sort):
        return _ranks(sort)
    text, marks = _marks(sort)
    if BY_GROUP in marks:
        return _wrong(f"`{sort}` says `by sector` of no rank", "write `rank(x, by sector)`")
    if not text:
        return _wrong("--sort says nothing to sort by", "name a metric, a verdict, score, name or given")
    if _is_name(text) and not _is_key(text, program):
        known = [GIVEN, NAME, SCORE, *program.verdicts, *program.metrics, *program.inputs]
        return Failed(
            (make("C021", None, key=text, mend=did_you_mean(text, known, f"sort by {', '.join(known[:12])}")),),
            wrong_use=True,
        )
    if text == SCORE and not has_score(program) and not is_figure(program, SCORE):
        return Failed(
            (make("C021", None, key=text, mend="these rules have no conditions, and so no score"),), wrong_use=True
        )
    return text, LOWEST in marks, ()


def _ranks(sort: str) -> _Parsed | Failed:
    found, rest = [], sort
    while rest.strip():
        match = _RANK.match(rest)
        end = _closing(rest, match.end()) if match is not None else None
        if match is None or end is None:
            return _wrong(
                f"`{sort}` is no sum of ranks",
                "write `rank(x) + rank(y)`, `rank(x, lowest first)`, `rank(x, by sector)`",
            )
        text, marks = _marks(rest[match.end() : end])
        found.append((text, LOWEST in marks, BY_GROUP in marks))
        rest = rest[end + 1 :].strip()
        if rest and not rest.startswith("+"):
            return _wrong(f"`{sort}` is no sum of ranks", "add ranks with +")
        if rest == "+":
            return _wrong(f"`{sort}` ends with a +", "write what is added")
        rest = rest[1:]
    return "", False, tuple(found)


def _closing(text: str, start: int) -> int | None:
    """Where the bracket closes that was open at a place."""
    depth = 1
    for at in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return None


def _marks(text: str) -> tuple[str, set[str]]:
    """A text without the words at its end that say how it is ordered."""
    marks: set[str] = set()
    while match := _SUFFIX.search(text):
        marks.add(match[1])
        text = text[: match.start()]
    return text.strip(), marks


def _is_key(text: str, program: p.Program) -> bool:
    return text in (GIVEN, NAME, SCORE) or text in program.verdicts or is_figure(program, text)


def _is_name(text: str) -> bool:
    return all(part.isidentifier() for part in text.strip().split("."))


def _words(sort: str | None, key: str, lowest: bool, ranks: Sequence[Ranked], program: p.Program) -> str:
    if ranks:
        said = [
            f"{_title(r.text, program)} ({LOWEST if r.lowest else 'highest first'}{', ' + BY_GROUP if r.grouped else ''})"
            for r in ranks
        ]
        return (
            f"sorted by the sum of the ranks of {' and '.join(said)}"
            if len(said) > 1
            else f"sorted by the rank of {said[0]}"
        )
    if key == GIVEN:
        return "in the order of the table"
    if key == NAME:
        return "sorted by name"
    if key == SCORE and has_score(program):
        return "sorted by score, the highest lower end first"
    if key in program.verdicts:
        return f"sorted by {program.verdicts[key].title}, bullish before neutral before bearish"
    return f"sorted by {_title(key, program)}, {LOWEST if lowest else 'highest first'}"


def _title(text: str, program: p.Program) -> str:
    return program.declared(text).title if is_figure(program, text) else f"`{text}`"


# --- margins -----------------------------------------------------------------------------------------------


def _margins(program: p.Program) -> Iterator[tuple[str, str, str, Type]]:
    """Each comparison of a condition as its figure less its threshold: text, condition, as it is written, unit."""
    seen = set()
    for condition in program.conditions.values():
        for atom in p.walk(condition.when):
            if not isinstance(atom, p.Compare) or not (atom.left.type.is_figure and atom.right.type.is_figure):
                continue
            text = f"({atom.left.text}) - ({atom.right.text})"
            if text not in seen and p.names_in(atom.left) | p.names_in(atom.right):
                seen.add(text)
                yield text, condition.name, atom.text, atom.left.type


def _wrong(what: str, mend: str) -> Failed:
    return Failed((make("C002", None, what=what, mend=mend),), wrong_use=True)
