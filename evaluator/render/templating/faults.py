"""What went wrong in a template, as a finding with the file and the line.

In: an exception of jinja2's, or what a template of the analyst's met. Out: `Diagnostic`. Must not know what a report is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from jinja2 import TemplateError, TemplateNotFound, TemplatesNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import did_you_mean
from dsl.text.source import SourceFile, Span, UnreadableFileError
from evaluator.codes.messages import make
from evaluator.render.templating.loading import SHIPPED, SUFFIX
from evaluator.render.templating.sandbox import SECONDS, TooMuchError, bounded

_SEE = "docs/templates.md says what a template can read and call"


_OF_TEMPLATES = (TemplateError, TooMuchError, RecursionError, MemoryError, SyntaxError)
"""What only a template brings about, wherever it is met: a SyntaxError is Python's, of loops that are nested too deep."""


def filled_in(
    make_page: Callable[[], str], folder: Path, known: Callable[[], list[str]], seconds: float = SECONDS
) -> str | Diagnostic:
    """A page made with an analyst's templates, or what is wrong with them.

    In: what makes the page, the folder of the templates, the names of all templates. Out: the page, or a finding (C030) at
    the line of the template. What goes wrong outside any template is a mistake of ours, and is raised.
    """
    try:
        with bounded(seconds):
            return make_page()
    except Exception as error:  # a template may meet any exception of Python's
        place = _place(error, folder)
        if place is None and not isinstance(error, _OF_TEMPLATES):
            raise
        what, mend = _words(error, known)
        return make("C030", _span(*place) if place else None, at=from_here(folder), what=what, mend=mend)


def from_here(path: Path) -> str:
    """How a finding names a file: from here, where it lies below."""
    try:
        return str(Path(os.path.realpath(path)).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def _place(error: BaseException, folder: Path) -> tuple[Path, int] | None:
    """The file and line of a template: of what cannot be read its own, else the innermost line of the analyst's."""
    if isinstance(error, TemplateSyntaxError) and error.filename is not None:
        return Path(error.filename), error.lineno
    own = Path(os.path.realpath(folder))
    found, trace = None, error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.name.endswith(SUFFIX) and (found is None or path.is_relative_to(own)):
            found = path, trace.tb_lineno
        trace = trace.tb_next
    return found


def _span(path: Path, line: int) -> Span | None:
    """The line of a template, without the blanks around it."""
    try:
        source = SourceFile.read(path, from_here(path))
    except UnreadableFileError:
        return SourceFile(from_here(path), "\n" * line).span(line - 1, line - 1)
    lines = source.text.split("\n")
    line = min(max(line, 1), len(lines))
    text = lines[line - 1]
    start = sum(len(each) + 1 for each in lines[: line - 1])
    left = len(text) - len(text.lstrip())
    return source.span(start + left, start + max(len(text.rstrip()), left))


def _words(error: BaseException, known: Callable[[], list[str]]) -> tuple[str, str]:
    """What is wrong, and the mend."""
    said = " ".join(str(error.args[0] if error.args else error).split()) or type(error).__name__
    if isinstance(error, TooMuchError):
        return f"the template is stopped: {error}", "make its loops shorter"
    if isinstance(error, RecursionError):
        mend = f"write `{SHIPPED}` before the name of the template that ships, as in `shipped/memo.html.j2`"
        return "a template calls itself without end, or extends or includes itself", mend
    if isinstance(error, SyntaxError):
        return f"the template is nested too deep ({error.msg})", "put its inner parts into macros"
    if isinstance(error, MemoryError):
        return "the template is stopped: there is not enough memory for what it makes", "make its loops shorter"
    if isinstance(error, TemplatesNotFound | TemplateNotFound):
        name = (error.name or "").removeprefix(SHIPPED)
        mend = did_you_mean(name, known(), "a template reads the templates of its folder and those that ship")
        return f"there is no template `{error.name}`", mend
    if isinstance(error, TemplateSyntaxError):
        what, _, mend = said.partition("; ")
        return what.rstrip(".").replace("'", "`").replace("jinja ", "").replace("Jinja ", ""), mend or _SEE
    if isinstance(error, UndefinedError):
        return _undefined(said), _SEE
    if isinstance(error, SecurityError):
        return said, _SEE
    if isinstance(error, TypeError) and said.startswith("this "):
        return said.partition(": ")[0], said.partition(": ")[2] or _SEE
    return f"this cannot be printed: {said}", _SEE


_NO_ATTRIBUTE = re.compile(r"'(?:[\w.]+ object|[\w.]+)' has no attribute '(\w+)'")


def _undefined(said: str) -> str:
    """What jinja2 says of a name that is not there, without Python's types."""
    missing = _NO_ATTRIBUTE.search(said)
    if missing:
        return f"this has no `{missing[1]}`"
    plain = re.sub(r"^'(\w+)' is undefined$", r"there is no `\1` here", said)
    return plain.replace("'", "`").rstrip(".")
