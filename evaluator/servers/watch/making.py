"""The page of a report, made again from what was saved: what did not change is taken over.

In: what a user asked for. Out: `Made`: a page, or what stands in the way, and all files that it came from. Must not know who
shows it. Raises nothing for what files may hold.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dsl.check.checker import Checked
from dsl.link.library import Library
from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from dsl.workspace.answers import Noted
from dsl.workspace.workspace import Memory, Snapshot
from evaluator.render.languages.catalogue import ENGLISH, language
from evaluator.render.languages.translation import beside, in_language
from evaluator.render.outlook.look import Look, files_of, looked, read_look
from evaluator.schema.report import Report
from evaluator.servers.watch.stamps import Stamp, as_read, below, stamps
from evaluator.session import service
from evaluator.session.fact_files import kept
from evaluator.session.places import find_rules, from_here
from evaluator.session.reading import Failed, check_rules
from evaluator.session.service import About


@record
class Asked:
    """A report as it was asked for. `day` says which day it is as of, each time anew."""

    rules: str
    ticker: str | None
    facts: tuple[Path, ...]
    day: Callable[[], dt.date]
    settings: tuple[str, ...]
    library: Library
    templates: Path | None = None
    style: Path | None = None
    language: str = ENGLISH


@record
class Made:
    """The page, None where something stands in the way; what was found; the files and folders that it came from."""

    page: str | None
    findings: tuple[Diagnostic, ...]
    paths: frozenset[Path]


@record
class _Rules:
    checked: Checked
    stamps: Mapping[Path, Stamp]


@record
class _Facts:
    about: About
    ticker: str | None
    stamps: Mapping[Path, Stamp]


@record
class _Reported:
    rules: _Rules
    facts: _Facts
    day: dt.date
    others: Mapping[Path, Stamp]
    """The other rule files of the library, which say what facts may be called."""
    report: Report

    def of(self, rules: _Rules, facts: _Facts, day: dt.date) -> bool:
        """Whether it is still the report of these."""
        same = self.rules is rules and self.facts is facts and self.day == day
        return same and stamps(self.others) == self.others


class Maker:
    """Makes the page of one report again and again, in one thread."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._memory = Memory()
        self._rules: _Rules | None = None
        self._facts: _Facts | None = None
        self._report: _Reported | None = None
        self._paths: set[Path] = set()

    def make(self) -> Made:
        """The page of what is saved now."""
        self._paths = set()
        found: list[Diagnostic] = []
        page: str | None = None
        look, said = read_look(self._asked.templates, self._asked.style, self._asked.language)
        found += said
        self._watch_look(look)
        report = self._spoken(found)
        if report is not None and look is not None:
            made = looked(report, "html", look)
            if isinstance(made, str):
                page = made
            else:
                found.append(made)
        return Made(page, tuple(found), frozenset(self._paths))

    def _watch_look(self, look: Look | None) -> None:
        asked = self._asked
        if asked.templates is not None:
            self._paths.update(below(asked.templates))
        if asked.style is not None:
            self._paths.update((asked.style, asked.style.parent))
        if look is not None:
            self._paths.update(files_of(look, asked.style))

    def _spoken(self, found: list[Diagnostic]) -> Report | None:
        """The report in its language, with the translation beside the rules."""
        report = self._made(found)
        if report is None or self._rules is None or self._asked.language == ENGLISH:
            return report
        checked, code = self._rules.checked, self._asked.language
        rules, program = Path(checked.source.path), service.program_of(checked)
        modules = (Path(module.path) for module in program.modules)
        self._paths.update(beside(one, language(code)) for one in (rules, *modules))
        report, said = in_language(report, code, rules, program)
        found += said
        return None if said else report

    def _made(self, found: list[Diagnostic]) -> Report | None:
        """The report of rules and facts as they are saved; None where they have mistakes, which are added to `found`."""
        rules = self._checked()
        if isinstance(rules, Failed):
            found += rules.diagnostics
            return None
        facts = self._company(rules)
        if isinstance(facts, Failed):
            found += facts.diagnostics
            return None
        found += facts.about.notes
        day = self._asked.day()
        before = self._report
        if before is not None and before.of(rules, facts, day):
            self._paths.update(before.others)
            return before.report
        company = facts.about.company
        given = service.settings_for(service.program_for(rules.checked, company, day), self._asked.settings)
        if isinstance(given, Failed):
            found += given.diagnostics
            return None
        began = time.time_ns()
        noted = Noted(self._asked.library.files)
        run = service.run_on(rules.checked, company, day, given, replace(self._asked.library, files=noted))
        others = set(_looked_at(noted))
        self._paths |= others
        if isinstance(run, Failed):
            found += run.diagnostics
            return None
        report = run.report()
        self._report = _Reported(rules, facts, day, as_read(others, began), report)
        return report

    def _checked(self) -> _Rules | Failed:
        """The rules; those of before where no file that they were read from has changed."""
        asked, before = self._asked, self._rules
        if before is not None and stamps(before.stamps) == before.stamps:
            self._paths.update(before.stamps)
            return before
        began = time.time_ns()
        noted = Noted(asked.library.files)
        snapshot = Snapshot(replace(asked.library, files=noted), self._memory)
        path = find_rules(asked.rules, snapshot.library)
        found: Checked | Failed
        if path is None:
            found = Failed((service.no_rules(asked.rules, snapshot.library),), wrong_use=True)
        else:
            found = service.without_errors(check_rules(path, snapshot.library, from_here(path), snapshot.parse))
        paths = {*asked.library.folders, *_looked_at(noted), *((path, path.parent) if path else ())}
        self._paths |= paths
        if isinstance(found, Failed):
            return found
        self._rules = _Rules(found, as_read(paths, began))
        return self._rules

    def _company(self, rules: _Rules) -> _Facts | Failed:
        """The facts; those of before where nothing in their folders has changed."""
        asked, before = self._asked, self._facts
        ticker = asked.ticker or service.program_of(rules.checked).ticker
        paths = set(self._where(Path(rules.checked.source.path)))
        self._paths.update(paths)
        now = stamps(paths)
        if before is not None and before.ticker == ticker and before.stamps == now:
            return before
        about = service.company_for(rules.checked, asked.ticker, asked.facts)
        if isinstance(about, Failed):
            return about
        self._facts = _Facts(about, ticker, now)
        return self._facts

    def _where(self, rules: Path) -> Iterator[Path]:
        """The files and folders that facts are looked for in."""
        given: Sequence[Path] = self._asked.facts
        for place in given or [Path("facts"), Path("rules") / "facts", rules.parent / "facts", *kept(rules)]:
            yield place.parent
            yield from below(place)


def _looked_at(noted: Noted) -> Iterator[Path]:
    """What was looked at, and the folders in which that lies or may come to lie."""
    for (what, path, _), _ in noted.trace:
        if what in ("read", "list"):
            yield path
        yield path if what == "list" else path.parent
