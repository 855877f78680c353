"""Follows `uses`: reads the modules of a rule file and brings what they declare together. Reads as its pipeline.

In: a `SourceFile` and the library where modules stand. Out: `Linked`: every declaration that counts, where it
came from, what was changed. Must not know types or what names mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from dsl.link.library import SUFFIX, Found, Library, shown_place
from dsl.link.linked import Change, Linked, Taken
from dsl.link.overlay import Overlay
from dsl.link.prefixed import taken_as
from dsl.link.together import refused, take, unsettled
from dsl.syntax import nodes as s
from dsl.syntax.parse import Parsed, parse
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import Fix, insert, leave_out, leave_out_item, meant, put
from dsl.text.messages import make
from dsl.text.record import record
from dsl.text.source import SourceFile, UnreadableFileError

__all__ = ["SUFFIX", "Change", "Library", "Linked", "load"]


Parse = Callable[[SourceFile], Parsed]
"""How a text is parsed: `parse`, or one that knows what it has parsed before."""


def load(source: SourceFile, library: Library, parse: Parse = parse) -> Linked:
    """Reads a rule file and all modules that it uses, through the library's `Files`.

    1. parse; 2. header; 3. modules, depth first, each once; 4. what they bring, together; 5. params set, drops, own
    declarations, overrides; 6. what came by two ways in two states and was not settled.
    """
    parsed = parse(source)
    files = library.files
    loader = _Loader(library, parse, files.real(Path(source.path).parent))
    name = parsed.file.header.name.name if parsed.file.header else ""
    return loader.load(parsed, (_Step(name, files.real(Path(source.path)), ""),))


@record
class _Step:
    """A file on the way from the top to where we are: its name, the file itself, the packages it is in."""

    name: str
    real: str
    packages: str


_R = TypeVar("_R")
_Loading = Generator[tuple[Parsed, tuple[_Step, ...]], Linked, _R]
"""Loading that asks for modules, and is sent each of them when it is loaded."""


@dataclass(slots=True)
class _Loader:
    library: Library
    parse: Parse
    top: str
    """The folder of the rule file that is run."""
    done: dict[str, Linked] = field(default_factory=dict)
    """Modules by their file."""
    taken: dict[str, Taken] = field(default_factory=dict)
    """Each module's own line in the list of modules, by its file."""
    named: dict[Path, list[str]] = field(default_factory=dict)
    """All names that a file of a folder could use: listed once, however many uses are misspelt."""
    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The file that a name means, and its path: two files of one name in one program nobody would tell apart."""

    def load(self, parsed: Parsed, way: tuple[_Step, ...]) -> Linked:
        """A rule file and what it uses. Files that wait for a module of theirs stand in a list and not on Python's stack,
        which a chain of a few hundred modules would fill."""
        waiting = [self._load(parsed, way)]
        answer: Linked | None = None
        while True:
            try:
                wanted = next(waiting[-1]) if answer is None else waiting[-1].send(answer)
            except StopIteration as ready:
                loaded: Linked = ready.value
                waiting.pop()
                if not waiting:
                    return loaded
                answer = loaded
                continue
            waiting.append(self._load(*wanted))
            answer = None

    def _load(self, parsed: Parsed, way: tuple[_Step, ...]) -> _Loading[Linked]:
        linked = Linked(parsed.source, diagnostics=list(parsed.diagnostics), lost=set(parsed.lost))
        self.files.setdefault(way[-1].name, (way[-1].real, parsed.source.path))
        linked.header = _check_header(parsed, linked.diagnostics)
        uses = linked.header.uses if linked.header else ()
        for use in uses:
            yield from self._use(linked, use, way)
        own = way[-1].name or Path(parsed.source.path).stem
        linked.broken += [(broken, own) for broken in parsed.broken]
        Overlay(linked, own).lay(parsed.file, uses)
        linked.diagnostics += [unsettled(c) for c in linked.conflicts.values()]
        linked.clashes |= {c.name for c in linked.conflicts.values()}
        return linked

    def _use(self, linked: Linked, use: s.Use, way: tuple[_Step, ...]) -> _Loading[None]:
        name = use.module.name
        if name in linked.brought:
            fix = leave_out_item(use.span, sure=not use.bindings)
            linked.diagnostics.append(make("T047", use.module.span, fixes=[fix], name=name))
            return
        found = self._look(linked, use, way)
        module = self.done.get(found.real) if found else None
        if found and module is None:
            module = yield from self._load_module(linked, use, found, way)
        if module is None:
            linked.lost.add("*")
            return
        if any(d.is_error for d in module.diagnostics):
            known = {id(d) for d in linked.diagnostics}
            linked.diagnostics += [d for d in module.diagnostics if id(d) not in known]
            linked.lost |= module.lost
            linked.clashes |= module.clashes
            linked.broken += [each for each in module.broken if each not in linked.broken]
        linked.brought[name] = module.entries
        if use.prefix is not None and module.lost | module.clashes:
            linked.lost.add("*")  # which names with the prefix there would be is not known
        linked.diagnostics += refused(module, use)
        take(linked, taken_as(module, use), use)
        present = {taken.source.path for taken in linked.modules}
        own = self.taken.get(found.real) if found else None  # none where it has no header, which is said
        modules = [*module.modules, own] if own else module.modules
        linked.modules += [taken for taken in modules if taken.source.path not in present]

    def _look(self, linked: Linked, use: s.Use, way: tuple[_Step, ...]) -> Found | None:
        """The file that a `uses` means, under the name that it goes by in this program."""
        name = use.module.name
        folder = Path(linked.source.path).parent
        library = self.library.near(folder)
        found = library.look(name)
        circle = [step.name for step in way]
        if found is not None and found.place == folder and way[-1].packages:
            found = replace(found, name=f"{way[-1].packages}.{name}")
        reals = [step.real for step in way]
        at = reals.index(found.real) if found and found.real in reals else None
        if found is None and name == way[0].name:  # a text that is in no file yet
            at = 0
        if at is not None:
            shown = " → ".join((*circle[at:], circle[at]))
            linked.diagnostics.append(make("T026", use.module.span, circle=shown))
            return None
        if found is None:
            if folder not in self.named:
                self.named[folder] = library.names()
            known = self.named[folder]
            listed = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
            mend = meant(use.module.span, name, known, f"modules that are there: {listed or 'none'}")
            linked.diagnostics.append(make("T025", use.module.span, name=name, mend=mend))
        return found

    def _load_module(self, linked: Linked, use: s.Use, found: Found, way: tuple[_Step, ...]) -> _Loading[Linked | None]:
        span = use.module.span
        real, path = self.files.setdefault(found.name, (found.real, str(found.path)))
        if real != found.real:
            linked.diagnostics.append(make("T111", span, name=found.name, first=path, second=str(found.path)))
            return None
        try:
            source = self.library.files.read(found.path)
        except UnreadableFileError as error:
            label = Label(span, "used here")
            unread = make("T001", None, labels=[label], path=error.path, reason=error.reason, mend=error.hint)
            linked.diagnostics.append(unread)
            return None
        packages, _, last = found.name.rpartition(".")
        module = yield self.parse(source), (*way, _Step(found.name, found.real, packages))
        header = module.header
        if header is not None and header.keyword == "thesis":
            linked.diagnostics.append(make("T027", span, name=use.module.name))
            return None
        if header is not None and header.name.name != last:
            where, name = header.name.span, header.name.name
            labels, fix = [Label(span, "used here")], put(where, last)
            module.diagnostics.append(
                make("T110", where, labels=labels, fixes=[fix], file=source.path, last=last, name=name)
            )
        shown = shown_place(found, self.top)
        if header is not None:
            self.taken[found.real] = Taken(found.name, header, source, shown)
        self.done[found.real] = module
        return module


def _check_header(parsed: Parsed, diagnostics: list[Diagnostic]) -> s.Header | None:
    headers = [d for d in parsed.file.declarations if isinstance(d, s.Header)]
    if not headers:
        nothing_read = any(d.code in ("T001", "T002", "T007") for d in parsed.diagnostics)
        begins = next((d.span for d in parsed.file.declarations), None)
        lost_header = any(d.span and d.span.start < (begins.start if begins else 1 << 62) for d in parsed.diagnostics)
        if not nothing_read and not lost_header:
            stem = Path(parsed.source.path).stem
            top = parsed.source.span(0, 0)
            fix = insert(top, f'rules {stem} "{stem}"\n\n', f"begin with `rules {stem}`")
            fixes = [fix] if _NAME.fullmatch(stem) else []
            diagnostics.append(make("T020", begins, path=parsed.source.path, fixes=fixes))
        return None
    header = headers[0]
    for second in headers[1:]:
        diagnostics.append(make("T021", second.span, labels=[Label(header.span, "the first header")]))
    name = header.name.name
    if parsed.file.declarations[0] is not header:
        away = leave_out(header.span).edits
        first = insert(parsed.file.declarations[0].span, f"{header.span.text}\n\n", "").edits
        fix = Fix("move the header to the top", (*first, *away), sure=len(headers) == 1)
        diagnostics.append(make("T022", header.span, fixes=[fix], keyword=header.keyword, name=name))
    if header.keyword == "thesis" and header.ticker is None:
        diagnostics.append(make("T023", header.name.span, name=name))
    if header.keyword == "rules" and header.ticker is not None:
        diagnostics.append(make("T024", header.name.span, fixes=_for_any_company(header), name=name))
    return header


_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_FOR = re.compile(r'"[^"\n]*"|\#[^\n]*|(?P<clause>\bfor\s+[A-Z0-9][A-Z0-9.\-]*)')


def _for_any_company(header: s.Header) -> list[Fix]:
    """Rules that say a company: they are a thesis, or for any."""
    source, place = header.span.source, header.span
    clause = next((m for m in _FOR.finditer(source.text, place.start, place.end) if m["clause"]), None)
    fixes = [put(source.span(place.start, place.start + len("rules")), "thesis")]
    return fixes + ([leave_out(source.span(*clause.span()))] if clause else [])
