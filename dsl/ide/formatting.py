"""The canonical layout as edits, of a whole file or of some lines of it.

In: a `View`, lines. Out: `Edit`s, or the findings that stand against it. Must not know editors.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from dsl.ide.view import View
from dsl.link.meaning import meaning
from dsl.syntax.parse import parse
from dsl.text.edits import Edit, applied
from dsl.text.source import SourceFile

MAX_COMPARED = 5_000
"""So many lines are compared one by one; a longer file is replaced from its first line that differs to its last."""


def formatted(view: View) -> tuple[Edit, ...]:
    """Edits that lay a file out; none where it is laid out, or has errors that stand against it."""
    from dsl.layout.format import format_source  # brings lark, which takes as long to import as all else

    found = format_source(view.source)
    return changes(view.source, found.text) if found.changed and found.text is not None else ()


def formatted_lines(view: View, first: int, last: int) -> tuple[Edit, ...]:
    """Edits that lay out the lines from `first` to `last` (from 0) and leave the others: none where a comment would be lost
    between the two, or the text would say something else."""
    from dsl.layout.tokens import untouched

    within = tuple(edit for edit in formatted(view) if _touches(edit, first, last))
    if not within:
        return ()
    after = applied(view.source, within)
    made = parse(after)
    same = not any(d.is_error for d in made.diagnostics)
    same = same and meaning(made.file.declarations) == meaning(parse(view.source).file.declarations)
    return within if same and untouched(after) == untouched(view.source) else ()


def formatted_typed(view: View, offset: int) -> tuple[Edit, ...]:
    """Edits that lay out the declaration behind which a new line was begun; that line, where the offset is, is left as it is."""
    begins = view.text.rfind("\n", 0, offset) + 1
    end = len(view.text[:begins].rstrip("\n").rstrip(" \t"))
    declared = view.index.declaration_at(view.source.path, end)
    if declared is None:
        return ()
    return formatted_lines(view, declared.span.line - 1, view.source.line_column(end)[0] - 1)


def _touches(edit: Edit, first: int, last: int) -> bool:
    source = edit.span.source
    start = source.line_column(edit.span.start)[0] - 1
    end = source.line_column(max(edit.span.end - 1, edit.span.start))[0] - 1
    return first <= start and end <= last


def changes(source: SourceFile, text: str) -> tuple[Edit, ...]:
    """Another text of a file as edits of whole lines, so that what stays is not touched."""
    before, after = source.text.splitlines(keepends=True), text.splitlines(keepends=True)
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if not old and not new:
        return ()
    if len(old) > MAX_COMPARED:
        return (Edit(source.span(starts[head], starts[len(before) - tail]), "".join(new)),)
    found: list[Edit] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        lines = [(a + n, a + n + 1, c + n, c + n + 1) for n in range(b - a)] if b - a == d - c else [(a, b, c, d)]
        found += [Edit(source.span(starts[head + w], starts[head + x]), "".join(new[y:z])) for w, x, y, z in lines]
    return tuple(found)
