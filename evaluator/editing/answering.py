"""Answers what an editor asks of facts: values of rules as they stand in the editor, reports, tests, findings in facts.

In: an `Ask`. Out: an `Answer`; whatever goes wrong is a sentence in it. Must not know editors. What it read it keeps while
the files are the same.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from dsl.check.checker import Checked
from dsl.link.library import Library
from dsl.text.diagnostics import Diagnostic
from dsl.text.files import DISK, Overlay
from dsl.types.days import iso
from dsl.workspace.workspace import Memory, Snapshot
from evaluator.editing import examples
from evaluator.editing.asked import Answer, Ask, Found, Stamp, What, seal_of, stamp
from evaluator.session import service
from evaluator.session.fact_files import facts_about, kept, known_tickers
from evaluator.session.reading import Failed
from evaluator.session.run import Run
from evaluator.session.service import About, Asking, program_of, without_errors

IN_AN_EDITOR = Asking(
    "a line `# for TICKER as of YYYY-MM-DD`", "a folder `facts` beside the rules", "a setting", lambda n, v: f"{n}={v}"
)
"""How who edits rules says for whom values are shown."""


class Answering:
    """What is kept from one question to the next."""

    def __init__(self) -> None:
        self._memory = Memory()
        self._companies: dict[tuple[object, ...], About | Failed] = {}
        self._ways: Mapping[What, Callable[[Ask, Snapshot], Answer]] = {
            What.VALUES: self._values,
            What.REPORT: self._report,
            What.TEST: self._test,
            What.COVERAGE: self._coverage,
            What.EXAMPLES: self._examples,
            What.PROVE: self._prove,
            What.FLIP: self._flip,
            What.EXPLAIN: self._explain,
            What.FACTS: self._facts,
            What.TICKERS: self._tickers,
        }

    def answer(self, ask: Ask) -> Answer:
        """What is asked. Raises nothing for what rules, facts and names may hold."""
        folders = tuple(Path(folder) for folder in ask.folders)
        texts = {Path(path): text for path, text in ask.texts.items()}
        library = Library(folders, Overlay(texts, DISK) if texts else DISK)
        with _working_in(ask.root):
            return self._ways[ask.what](ask, Snapshot(library, self._memory))

    def _run(self, ask: Ask, snapshot: Snapshot, files: tuple[Path, ...] | None = None) -> tuple[Checked, Run] | Answer:
        """The rules as they stand in the editor, evaluated; `files`: those about the company, where they are known."""
        checked = without_errors(snapshot.checked(Path(ask.path)))
        if isinstance(checked, Failed):
            return _failed(ask, checked)
        about = self._company(checked, ask.ticker, _files_about(checked, ask.ticker) if files is None else files)
        if isinstance(about, Failed):
            return _failed(ask, about)
        day = iso(ask.day)
        places = snapshot.library
        run = service.run_on(checked, about.company, day, {}, places, service.names_elsewhere(places))
        return _failed(ask, run) if isinstance(run, Failed) else (checked, run)

    def _company(self, checked: Checked, ticker: str | None, files: tuple[Path, ...]) -> About | Failed:
        """The company, read again only where one of its files has changed."""
        wanted = ticker or program_of(checked).ticker
        key = (wanted, str(Path(checked.source.path).parent), os.getcwd(), *map(stamp, files))
        found = self._companies.get(key)
        if found is None:
            found = service.company_for(checked, ticker, (), IN_AN_EDITOR)
            if len(self._companies) > 50:
                self._companies.clear()
            self._companies[key] = found
        return found

    def _values(self, ask: Ask, snapshot: Snapshot) -> Answer:
        from evaluator.editing.values import comparisons, names

        rules = without_errors(snapshot.checked(Path(ask.path)))
        files = _files_about(rules, ask.ticker) if isinstance(rules, Checked) else ()
        facts = _stamps(Path(ask.path), files)  # before they are read: what is changed meanwhile is seen
        found = self._run(ask, snapshot, files)
        if isinstance(found, Answer):
            return replace(found, facts=facts)
        checked, run = found
        seal, about = seal_of(checked), _about(run)
        return Answer(ask.number, seal=seal, about=about, names=names(run), at=comparisons(run), facts=facts)

    def _report(self, ask: Ask, snapshot: Snapshot) -> Answer:
        from evaluator.render.page import render

        found = self._run(ask, snapshot)
        if isinstance(found, Answer):
            return found
        text = render(found[1].report(), "html" if ask.form == "html" else "md")
        return Answer(ask.number, about=_about(found[1]), text=text)

    def _flip(self, ask: Ask, snapshot: Snapshot) -> Answer:
        from evaluator.outlook.flipped import flipped
        from evaluator.render.outlook.flips import lines

        found = self._run(ask, snapshot)
        if isinstance(found, Answer):
            return found
        asked = service.judgements_of(found[1], (ask.name,) if ask.name else ())
        if isinstance(asked, Failed):
            return _failed(ask, asked)
        return Answer(ask.number, about=_about(found[1]), text=_block(lines(flipped(found[1], asked))))

    def _explain(self, ask: Ask, snapshot: Snapshot) -> Answer:
        from evaluator.render.explanation import lines

        found = self._run(ask, snapshot)
        if isinstance(found, Answer):
            return found
        tree = service.explained(found[1], ask.name)
        if isinstance(tree, Failed):
            return _failed(ask, tree)
        return Answer(ask.number, about=_about(found[1]), text=_block(lines(tree)))

    def _test(self, ask: Ask, snapshot: Snapshot) -> Answer:
        return self._of_examples(
            ask, snapshot, lambda checked, day: examples.ran(checked, ask.name, day, snapshot.library)
        )

    def _coverage(self, ask: Ask, snapshot: Snapshot) -> Answer:
        return self._of_examples(ask, snapshot, lambda checked, day: examples.reach(checked, day, snapshot.library))

    def _examples(self, ask: Ask, snapshot: Snapshot) -> Answer:
        return self._of_examples(
            ask, snapshot, lambda checked, day: examples.wanting(checked, ask.name, day, snapshot.library)
        )

    def _prove(self, ask: Ask, snapshot: Snapshot) -> Answer:
        return self._of_examples(ask, snapshot, lambda checked, day: examples.proven(checked))

    def _of_examples(
        self, ask: Ask, snapshot: Snapshot, look: Callable[[Checked, dt.date], examples.Said | Failed | str]
    ) -> Answer:
        """What is asked of the rules alone, whoever they are for."""
        checked = without_errors(snapshot.checked(Path(ask.path)))
        found = checked if isinstance(checked, Failed) else look(checked, iso(ask.day))
        if isinstance(found, Failed):
            return _failed(ask, found)
        if isinstance(found, str):
            return Answer(ask.number, found)
        return Answer(ask.number, about=found.about, text=_block(found.lines), examples=found.examples)

    # --- facts files -------------------------------------------------------------------------------------------------

    def _facts(self, ask: Ask, snapshot: Snapshot) -> Answer:
        from evaluator.editing.facts_findings import findings

        found = findings(Path(ask.path), ask.texts.get(ask.path), snapshot, iso(ask.day))
        return Answer(ask.number, findings=tuple(Found(_path(d), d) for d in found))

    def _tickers(self, ask: Ask, snapshot: Snapshot) -> Answer:
        return Answer(ask.number, tickers=tuple(known_tickers(Path(ask.path) if ask.path else None)))


def _files_about(checked: Checked, ticker: str | None) -> tuple[Path, ...]:
    """The facts files about the company that is meant."""
    wanted = ticker or program_of(checked).ticker
    return facts_about(wanted, (), Path(checked.source.path)).read if wanted else ()


def _stamps(rules: Path, files: tuple[Path, ...]) -> tuple[Stamp, ...]:
    """Those files, and the folders in which they were looked for: where another one comes, it may be read as well."""
    places = (*kept(rules), *(file.parent for file in files), *files)
    return tuple(dict.fromkeys(stamp(place) for place in places))


@contextmanager
def _working_in(root: str) -> Iterator[None]:
    """As if a command were run in the folder that is open in the editor: where the editor itself was started says nothing of
    whose facts are meant."""
    before = os.getcwd()
    with suppress(OSError):
        if root:
            os.chdir(root)
    try:
        yield
    finally:
        os.chdir(before)


def _about(run: Run) -> str:
    who = run.company.ticker if run.company is not None else "no company"
    return f"{who} as of {run.evaluation.clock.as_of}"


def _failed(ask: Ask, failed: Failed) -> Answer:
    first = next((d for d in failed.diagnostics if d.is_error), failed.diagnostics[0])
    more = len(failed.diagnostics) - 1
    hint = f" ({first.hint})" if first.hint else ""
    return Answer(ask.number, f"{first.message}{hint}{f'; and {more} more' if more else ''}")


def _path(found: Diagnostic) -> str | None:
    return found.span.source.path if found.span is not None else found.path


def _block(lines: Iterable[str]) -> str:
    """Lines of a terminal as Markdown shows them."""
    return "```text\n{}\n```\n".format("\n".join(lines))
