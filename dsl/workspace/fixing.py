"""A file with its mistakes mended: every sure fix applied, again and again, until there is none left.

In: a source, and how it is checked. Out: `Fixed`, the source as it should be. Must not know files, nor write any.

1. check; 2. take the sure fixes of this file that leave each other alone; 3. apply them, and from 1 until there are none
left; 4. of all texts on the way the last that has no more errors than the first is the result: a fix that mends the
reading of a declaration may show what else is wrong in it, and a file never leaves here with more errors than it came
with. 5. Where that is the first text itself, each of its fixes is tried alone, so that one of them does not keep the
others back.
"""

from __future__ import annotations

from collections.abc import Callable

from dsl.check.checker import Checked
from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import Fix, apart, applied
from dsl.text.record import record
from dsl.text.source import SourceFile

Check = Callable[[SourceFile], Checked]
Chosen = list[tuple[Diagnostic, Fix]]
MAX_ROUNDS = 100
"""No file needs so many; each round mends something, or is the last."""


@record
class Fixed:
    """A file before and after: how it was, how it should be, what was mended, and what is found in it now."""

    before: Checked
    source: SourceFile
    mended: tuple[Diagnostic, ...]
    after: Checked

    @property
    def changed(self) -> bool:
        """Whether anything was mended."""
        return self.source != self.before.source


def fixed(checked: Checked, check: Check) -> Fixed:
    """All sure fixes of a file applied. `check` checks a text in its place."""
    best = _followed(checked, _chosen(checked), check)
    if best is None:
        before, mended = checked, list[Diagnostic]()
        for one in _chosen(checked):
            same = [each for each in _chosen(before) if each[0].message == one[0].message]
            step = _followed(before, same[:1], check)
            if step is not None:
                mended += step[0]
                before = step[1]
        best = mended, before
    return Fixed(checked, best[1].source, tuple(best[0]), best[1])


def _followed(first: Checked, chosen: Chosen, check: Check) -> tuple[list[Diagnostic], Checked] | None:
    """Fixes applied, and then all that there are to apply: what was mended, and the last text that is no worse."""
    mended, seen = list[Diagnostic](), {first.source.text}
    best: tuple[list[Diagnostic], Checked] | None = None
    now = first
    for _ in range(MAX_ROUNDS):
        if not chosen:
            break
        mended = [*mended, *(diagnostic for diagnostic, _ in chosen)]
        now = check(applied(now.source, [edit for _, fix in chosen for edit in fix.edits]))
        if now.source.text in seen:
            break
        seen.add(now.source.text)
        if len(now.errors) <= len(first.errors):
            best = mended, now
        chosen = _chosen(now)
    return best


def _chosen(checked: Checked) -> Chosen:
    """The sure fixes that change this file alone, and leave each other alone."""
    found: Chosen = []
    for diagnostic in checked.diagnostics:
        fix = diagnostic.sure_fix
        if fix is None or any(edit.span.source != checked.source for edit in fix.edits):
            continue
        if all(apart(fix.edits, other.edits) for _, other in found):
            found.append((diagnostic, fix))
    return found
