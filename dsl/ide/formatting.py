"""The canonical layout as edits, of a whole file or of some lines of it.

In: a `View`, lines. Out: `Edit`s, or the findings that stand against it. Must not know editors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from dsl.ide.view import View
from dsl.link.meaning import written
from dsl.syntax import nodes as s
from dsl.syntax.parse import Parsed, parse
from dsl.text.edits import Edit, applied
from dsl.text.source import SourceFile

MAX_COMPARED = 5_000
"""So many lines are compared one by one; a longer file is replaced from its first line that differs to its last."""

MAX_BLOCK = 1_000
"""A block of more declarations is laid out when somebody asks for it, and not at each new line."""

_EMPTY_LINE = re.compile(r"\n[ \t]*\n")


def formatted(view: View) -> tuple[Edit, ...]:
    """Edits that lay a file out; none where it is laid out, or has errors that stand against it."""
    from dsl.layout.format import format_source  # brings lark, which takes as long to import as all else

    found = format_source(view.source, view.snapshot.parse(view.source))
    return changes(view.source, found.text) if found.changed and found.text is not None else ()


def formatted_lines(view: View, first: int, last: int) -> tuple[Edit, ...]:
    """Edits that lay out the lines from `first` to `last` (from 0) and leave the others: none where a comment would be lost
    between the two, or the text would say something else."""
    within = tuple(edit for edit in formatted(view) if _touches(edit, first, last))
    return within if within and _says_the_same(view.snapshot.parse(view.source), within) else ()


def _says_the_same(parsed: Parsed, edits: tuple[Edit, ...]) -> bool:
    """Whether a text with edits means what it meant, with the same comments and texts in quotes in the same order."""
    from dsl.layout.tokens import untouched

    source = parsed.source
    after = applied(source, edits)
    made = parse(after)
    if any(d.is_error for d in made.diagnostics):
        return False
    same = written(made.file.declarations) == written(parsed.file.declarations)
    return same and untouched(after) == untouched(source)


def formatted_typed(view: View, offset: int) -> tuple[Edit, ...]:
    """Edits that lay out the declaration behind which a new line was begun; that line, where the offset is, is left as it is."""
    from dsl.layout.format import format_source

    begins = view.text.rfind("\n", 0, offset) + 1
    end = len(view.text[:begins].rstrip("\n").rstrip(" \t"))
    own = list(view.own())
    at = next((n for n, each in enumerate(own) if each.span.start <= end == each.span.end), None)
    if at is None:
        return ()
    first, last = _block(view.text, own, at)
    if last - first >= MAX_BLOCK:
        return ()
    block = SourceFile(view.source.path, view.text[own[first].span.start : own[last].span.end] + "\n")
    parsed = parse(block)
    laid_out = format_source(block, parsed)
    if laid_out.text is None:
        return ()
    made = parse(SourceFile(block.path, laid_out.text)).file.declarations[at - first].span
    before = parsed.file.declarations[at - first].span
    if made.text == before.text or not _says_the_same(parsed, (Edit(before, made.text),)):
        return ()
    return (Edit(own[at].span, made.text),)


def _block(text: str, own: Sequence[s.Declaration], at: int) -> tuple[int, int]:
    """The first and the last of the declarations around one that follow each other without an empty line: whatever stands in
    one column with it is among them."""

    def apart(n: int) -> bool:
        return _EMPTY_LINE.search(text, own[n].span.end, own[n + 1].span.start) is not None

    first = next((n + 1 for n in range(at - 1, -1, -1) if apart(n)), 0)
    last = next((n for n in range(at, len(own) - 1) if apart(n)), len(own) - 1)
    return first, last


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
