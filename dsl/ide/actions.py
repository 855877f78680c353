"""What can be changed at a place with one key: every mend of a finding, all sure ones together, a figure made a threshold
with a name, an expression made a metric, a ratio that says when it means something, examples for what none reaches.

In: a `View` and a place. Out: `Action`s with their edits. Must not know editors.

What is offered has been tried: with it the file has no error that it did not have before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from dsl.check.checker import Checked
from dsl.ide.findings import Finding, findings
from dsl.ide.formatting import changes
from dsl.ide.hints import Command
from dsl.ide.view import View, whole_lines
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.edits import Edit, applied
from dsl.text.record import record
from dsl.types.units import FIGURES
from dsl.workspace.fixing import fixed


@record
class Action:
    """A change that is offered: `kind` as the protocol calls it, `finding` what it mends, `sure`: nobody could mean another.
    `command`: what finds the change when it is chosen, given the file and `arguments`; then there are no edits yet."""

    title: str
    kind: str
    edits: tuple[Edit, ...]
    finding: Finding | None = None
    sure: bool = False
    command: str = ""
    arguments: tuple[str, ...] = ()


QUICK, ALL, EXTRACT, REWRITE = "quickfix", "source.fixAll", "refactor.extract", "refactor.rewrite"


def actions(view: View, start: int, end: int, kinds: tuple[str, ...] = ()) -> tuple[Action, ...]:
    """What is offered for the places from `start` to `end`; `kinds`: those that are asked for (none: all)."""
    found: list[Action] = []
    mends = list(_mends(view, start, end)) if _wanted(QUICK, kinds) else []
    if _wanted(QUICK, kinds):
        found += mends
    if _wanted(ALL, kinds) and (
        kinds or mends
    ):  # an editor asks wherever the cursor goes: the whole file is mended seldom
        found += _all_mends(view)
    if _wanted(EXTRACT, kinds):
        found += [*_literals(view, start, end), *_expressions(view, start, end)]
    if _wanted(REWRITE, kinds):
        found += [*_meaningful(view, start), *_examples(view, start)]
    return tuple(found)


def _wanted(kind: str, kinds: tuple[str, ...]) -> bool:
    return not kinds or any(kind == each or kind.startswith(f"{each}.") for each in kinds)


def _mends(view: View, start: int, end: int) -> Iterator[Action]:
    for finding in findings(view):
        if _touches(finding, start, end):
            sure = finding.diagnostic.sure_fix
            for fix in finding.diagnostic.fixes:
                if all(edit.span.source == view.source for edit in fix.edits) and _no_worse(view, fix.edits):
                    yield Action(_sentence(fix.title), QUICK, fix.edits, finding, fix is sure)


def _touches(finding: Finding, start: int, end: int) -> bool:
    """Whether a finding, or an edit that mends it, stands on one of the lines of a place."""
    places = [finding.span, *(edit.span for fix in finding.diagnostic.fixes for edit in fix.edits)]
    lines = (whole_lines(place) for place in places if place.source == finding.span.source)
    return any(low <= end and start <= high for low, high in lines)


def _sentence(title: str) -> str:
    return title[:1].upper() + title[1:]


def _all_mends(view: View) -> Iterator[Action]:
    """Every sure mend of the file, again and again until there is none left."""
    if any(found.sure_fix is not None for found in view.checked.diagnostics):
        done = fixed(view.checked, view.snapshot.check)
        if done.changed:
            count = len(done.mended)
            title = f"Mend {count} mistake{'s' if count != 1 else ''} that can only be meant in one way"
            yield Action(title, ALL, changes(view.source, done.source.text))


# --- a name for a figure, and for an expression -----------------------------------------------------------------


def _literals(view: View, start: int, end: int) -> Iterator[Action]:
    """A figure in a formula or a condition made a param, which a thesis can override and a report shows with its source."""
    declared = view.index.declaration_at(view.source.path, start)
    if declared is None or isinstance(declared, s.Param | s.Example | s.Scenario | s.Broken | s.Override | s.Header):
        return
    for expr in view.index.expressions_at(view.source.path, start):
        if isinstance(expr, p.Const) and expr.type.kind in FIGURES and end <= expr.span.end:
            name = _free(view, f"{declared.name.name}_limit")
            said = f'param {name} "{_title(declared)}: the limit" = {expr.text}\n'
            edits = (_before(view, declared, said), Edit(expr.span, name))
            if _no_worse(view, edits):
                yield Action(f"Make {expr.text} a param `{name}`", EXTRACT, edits)
            return


def _expressions(view: View, start: int, end: int) -> Iterator[Action]:
    """What is selected made a metric."""
    text = view.text[start:end]
    low, high = start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))
    if low >= high:
        return
    declared = view.index.declaration_at(view.source.path, low)
    if declared is None or isinstance(declared, s.Broken):
        return
    for expr in view.index.expressions_at(view.source.path, low):
        known = not isinstance(expr, p.Ref | p.Const | p.Window | p.Refused) and expr.type.kind in FIGURES
        if known and (expr.span.start, expr.span.end) == (low, high):
            name = _free(view, f"{declared.name.name}_part")
            said = f'metric {name} "{_title(declared)}: a part" = {expr.text}\n'
            edits = (_before(view, declared, said), Edit(expr.span, name))
            if _no_worse(view, edits):
                yield Action(f"Make this a metric `{name}`", EXTRACT, edits)
            return


# --- when a ratio means something, and examples -----------------------------------------------------------------


def _meaningful(view: View, start: int) -> Iterator[Action]:
    """A metric that divides by what may be 0 or below it made to say when it means something."""
    declared = view.index.declaration_at(view.source.path, start)
    metric = view.program.metrics.get(declared.name.name) if isinstance(declared, s.Metric | s.Valuation) else None
    if metric is None or metric.meaningful is not None or metric.value.span.source != view.source:
        return
    under = [e.right for e in p.walk(metric.value) if isinstance(e, p.Arithmetic) and e.operator == "/"]
    asked = dict.fromkeys(_asked(e) for e in under if not isinstance(e, p.Const) and not _above_zero(view, e))
    if asked:
        above = " and ".join(f"{text} > 0" for text in asked)
        end = metric.value.span.end
        edits = (Edit(view.source.span(end, end), f" meaningful when {above}"),)
        if _no_worse(view, edits):
            yield Action(f"Say when it means something: `meaningful when {above}`", REWRITE, edits)


def _asked(expr: p.Expr) -> str:
    """An expression as it may stand before `> 0`: on one line."""
    text = " ".join(expr.text.split())
    return f"({text})" if isinstance(expr, p.Arithmetic) and not text.startswith("(") else text


def _above_zero(view: View, expr: p.Expr) -> bool:
    """Whether a fact that is divided by is declared to be above 0."""
    given = view.program.inputs.get(expr.name) if isinstance(expr, p.Ref) else None
    bounds = given.bounds if given is not None else None
    return bounds is not None and (bounds.low > 0 or (bounds.low == 0 and bounds.low_open))


def _examples(view: View, start: int) -> Iterator[Action]:
    """Examples for what none reaches of a condition or a table: found when this is chosen, since that takes a while."""
    declared = view.index.declaration_at(view.source.path, start)
    if view.checked.program is not None and isinstance(declared, s.Condition | s.Verdict):
        name = declared.name.name
        yield Action(
            f"Add examples for what none reaches of `{name}`", REWRITE, (), command=Command.EXAMPLES, arguments=(name,)
        )


def _title(declared: s.Declaration) -> str:
    return (declared.title or declared.name.name).replace("{", "(").replace("}", ")").replace('"', "'")


def _before(view: View, declared: s.Declaration, text: str) -> Edit:
    """A declaration put before another and the comments right above that one."""
    at = view.text.rfind("\n", 0, declared.span.start) + 1
    while at > 0:
        above = view.text.rfind("\n", 0, at - 1) + 1
        if not view.text[above:at].lstrip().startswith("#"):
            break
        at = above
    return Edit(view.source.span(at, at), text)


def _free(view: View, wanted: str) -> str:
    """A name that nothing has, in this file or in its modules."""
    base = re.sub(r"\W", "_", wanted)
    name, number = base, 1
    while view.declared(name) is not None or re.search(rf"\b{re.escape(name)}\b", view.text):
        number += 1
        name = f"{base}_{number}"
    return name


def _no_worse(view: View, edits: tuple[Edit, ...]) -> bool:
    """Whether a file has no more errors of any code with some edits than without."""
    after: Checked = view.snapshot.check(applied(view.source, edits))
    return len(after.errors) <= len(view.checked.errors) and not _new(view.checked, after)


def _new(before: Checked, after: Checked) -> bool:
    """Whether there is an error of a kind that was not there: a mend of the reading may show what else is wrong."""
    if any(found.code.startswith("T00") for found in before.errors):
        return False
    return bool(Counter(d.code for d in after.errors) - Counter(d.code for d in before.errors))
