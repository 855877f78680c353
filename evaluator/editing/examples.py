"""What an editor asks of the examples in rules: whether they hold, what they reach, examples for what they do not; and what can
be proven without any.

In: checked rules. Out: texts for an editor, and the text of examples. Must not know editors.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from dsl.check.checker import Checked
from dsl.link.library import Library
from dsl.text.record import record
from evaluator.session import service
from evaluator.session.reading import Failed
from evaluator.session.service import program_of

if TYPE_CHECKING:
    from evaluator.examples.coverage import Coverage
    from evaluator.examples.suggest import Suggestion, Suggestions

PROOF_SECONDS = 2.0
"""What the solver may take for each table, condition and pillar while somebody waits."""


@record
class Said:
    """What came of it: a line, and all lines. `examples`: the text of examples that may be put behind the rules."""

    about: str
    lines: tuple[str, ...] = ()
    examples: str = ""


def ran(checked: Checked, title: str, day: dt.date, places: Library) -> Said | str:
    """The examples of rules, or the one that is named, run; a sentence where there is none of that name."""
    from evaluator.examples.running import run_linked

    program = program_of(checked)
    if title:
        program = replace(program, examples=tuple(e for e in program.examples if e.title == title))
        if not program.examples:
            return f"there is no example `{title}` in these rules"
    lines, failed = list[str](), 0
    runs = run_linked(program, day, places)
    for one in runs:
        failed += one.failed
        lines.append(f"{'ok  ' if one.passed else 'FAIL' if one.failed else '--  '} {one.output.title}")
        if one.failed:
            missed = [e for e in one.output.expectations if e.holds != "true"]
            lines += [f"     line {e.line}: expected {e.written}, but {e.instead}" for e in missed]
    head = f"{len(runs) - failed} passed, {failed} failed" if runs else "there are no examples"
    return Said(head, (head, *lines))


def reach(checked: Checked, day: dt.date, places: Library) -> Said:
    """What the examples reach, and what none of them does."""
    from evaluator.examples.coverage import coverage
    from evaluator.examples.running import run_linked

    program = program_of(checked)
    found = coverage(program, run_linked(program, day, places))
    if not found.targets:
        return Said("nothing to reach", ("there are no conditions and no tables",))
    head = f"the examples reach {len(found.reached)} of {len(found.targets)} ({found.percent}%)"
    missing = [f"  line {t.span.line}: {t.words}" for t in found.missing if t.span.source.path == checked.source.path]
    elsewhere = [f"  {t.origin}: {t.words}" for t in found.missing if t.span.source.path != checked.source.path]
    return Said(head, (head, *(["not reached:"] if found.missing else []), *missing, *elsewhere))


def wanting(checked: Checked, name: str, day: dt.date, places: Library) -> Said | str:
    """Examples that reach what none does of one name (or, '', of all); each was run before it is given. A sentence where there
    is nothing to add."""
    from evaluator.examples.coverage import coverage
    from evaluator.examples.running import run_linked
    from evaluator.examples.suggest import suggest

    program = program_of(checked)
    before = coverage(program, run_linked(program, day, places))
    wanted = replace(before, targets=tuple(t for t in before.targets if not name or t.name == name))
    of_it = f" of `{name}`" if name else ""
    if not wanted.targets:
        return f"there is nothing{of_it} that an example could reach"
    if not wanted.missing:
        return f"the examples reach all{of_it}"
    made = suggest(checked, wanted, day, places)
    found = [*made.found, *_by_the_solver(checked, before, made, day, places)]
    reached = {target for each in found for target in each.covers}
    left = tuple(f"{target.words}: {why}" for target, why in made.not_found if target not in reached)
    if not found:
        return "; ".join(left) or f"no example was found{of_it}"
    many = "1 example" if len(found) == 1 else f"{len(found)} examples"
    return Said(f"{many}{of_it}", left, "".join(f"\n{each.text.rstrip()}\n" for each in found))


def _by_the_solver(
    checked: Checked, before: Coverage, made: Suggestions, day: dt.date, places: Library
) -> list[Suggestion]:
    """Examples for what the search found none, where the solver is installed."""
    if not made.not_found or service.no_solver() is not None:
        return []
    from evaluator.examples.witnessed import witnessed

    return witnessed(checked, before, [target for target, _ in made.not_found], day, places, PROOF_SECONDS)


def proven(checked: Checked) -> Said | Failed:
    """What can be proven of the rules on every day."""
    from evaluator.render.proved import lines, summary

    found = service.prove(checked, None, PROOF_SECONDS)
    return found if isinstance(found, Failed) else Said(summary(found), tuple(lines(found)))
