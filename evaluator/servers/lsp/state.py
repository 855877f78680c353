"""What the server knows between two messages: open files, folders, settings, values that were worked out.

In: what an editor says. Out: `State`. Must not know how messages come and go: what is sent goes through `send`.
"""

from __future__ import annotations

import copy
import datetime as dt
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from dsl.ide.hints import Subject, subject
from dsl.ide.view import Known, View
from dsl.text.record import record
from dsl.types.days import iso
from evaluator.editing.asked import Answer, Ask, What, seal_of, stamp
from evaluator.servers.lsp.convert import Converter
from evaluator.servers.lsp.documents import Document, Documents
from evaluator.servers.lsp.evaluating import Evaluators
from evaluator.servers.lsp.given import Code, Given, Refused
from evaluator.servers.lsp.roots import Roots

SHOW_FOR = "thesis.showFor"
"""The command that says for whom values are shown."""


@record
class Later:
    """A request that is answered when something was evaluated: the question, and what becomes of its answer."""

    ask: Ask
    finish: Callable[[Answer], object]


@record
class Wish:
    """Values that a file should be shown with: of which text, for whom (None: whom it is for), as of which day."""

    seal: str
    ticker: str | None
    day: str


def _outdated(answer: Answer) -> bool:
    """Whether facts that values rest on are others now, whoever has changed them."""
    return any(stamp(was[0]) != was for was in answer.facts)


class ShownValues:
    """Values beside the text of a file, as long as they are values of this text and of the facts as they lie on disk; of any
    other they would be wrong."""

    def __init__(self, state: State, view: View) -> None:
        answer = state.values.get(view.path)
        holds = answer is not None and answer.seal == seal_of(view.checked) and not _outdated(answer)
        self._answer = answer if holds else None
        wish = state.wanted.get(view.path)
        failed = answer is not None and answer.failed and not _outdated(answer)
        self.lacking = wish if failed and wish is not None and wish.seal == seal_of(view.checked) else None
        """The values that were asked for of this text and cannot be had."""
        self.why = answer.failed if answer is not None and self.lacking is not None else ""
        self._tickers = state.tickers
        self._day = iso(state.for_whom(view)[1])
        self._unsaved = state.unsaved_facts(answer) if answer is not None and holds else ""

    @property
    def about(self) -> str:
        """For whom and as of when the values are, `BABA as of 2026-05-14`; '' where there are none."""
        return f"{self._answer.about}{self._unsaved}" if self._answer is not None else ""

    def value(self, name: str) -> Known | None:
        """What a name comes to."""
        if self._answer is None or self._answer.names is None:
            return None
        known = self._answer.names.get(name)
        if known is None:
            return None
        return Known(known.text, "; ".join(part for part in (known.more, self.about) if part), known.trend)

    def at(self, address: str) -> Known | None:
        """What a comparison comes to."""
        return self._answer.at.get(address) if self._answer is not None and self._answer.at is not None else None

    def tickers(self) -> Sequence[str]:
        """The companies of which facts are there."""
        return self._tickers

    def day(self) -> dt.date:
        """The day as of which values are shown."""
        return self._day


class State:
    """All of it. `send` sends a message; `take` takes what an evaluating process answers, in any thread."""

    def __init__(
        self,
        send: Callable[[dict[str, Any]], None],
        take: Callable[[Answer], None],
        today: Callable[[], dt.date],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.send, self.clock, self.now = send, today, now
        self.documents, self.roots = Documents(), Roots(now)
        self.convert = Converter(self.documents)
        self.evaluators = Evaluators(take)
        self.client: Given = Given({})
        self.options: Given = Given({})
        self.company: Subject = Subject(None)
        """For whom values are shown where the file does not say: by a setting, or a command."""
        self.with_values = True
        self.values: dict[Path, Answer] = {}
        self.asked: dict[int, tuple[Path, Wish | None]] = {}
        """Questions on their way: about which file, and which values of it; None: what is wrong in a facts file."""
        self.wanted: dict[Path, Wish] = {}
        """What was last asked for, by file."""
        self.tickers: tuple[str, ...] = ()
        self.fact_findings: dict[Path, Answer] = {}
        self.unsaved: set[Path] = set()
        """Open facts files with changes that are not saved."""
        self.values_due = False
        """Whether values are to be asked for again at once."""
        self._numbers = count(1)

    def as_it_is(self) -> State:
        """What is known now, and stays so: another thread may look at it while files are changed here."""
        found = copy.copy(self)
        found.documents, found.roots = self.documents.as_they_are(), self.roots.as_they_are()
        found.convert = Converter(found.documents)
        found.values, found.fact_findings = dict(self.values), dict(self.fact_findings)
        found.unsaved = set(self.unsaved)
        return found

    # --- what the editor can do --------------------------------------------------------------------------------

    def can(self, *path: str) -> bool:
        """Whether the editor says that it can do something, such as `("workspace", "inlayHint", "refreshSupport")`."""
        found = self.client
        for step in path[:-1]:
            try:
                found = found.part(step)
            except Refused:
                return False
        return bool(found.raw(path[-1]))

    def request(self, method: str, params: object = None) -> None:
        """Asks the editor for something whose answer is not waited for."""
        message: dict[str, Any] = {"jsonrpc": "2.0", "id": f"thesis-{self.number()}", "method": method}
        self.send(message | ({"params": params} if params is not None else {}))

    def notify(self, method: str, params: object) -> None:
        """Tells the editor something."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def number(self) -> int:
        """Another number."""
        return next(self._numbers)

    # --- files ---------------------------------------------------------------------------------------------------

    def document(self, given: Given) -> Document:
        """The open file that a request is about. Raises Refused."""
        address = given.part("textDocument").text("uri")
        found = self.documents.get(address)
        if found is None:
            raise Refused(Code.PARAMS, f"{address} is not open")
        return found

    def rules(self, document: Document) -> View:
        """A file of rules as it is now."""
        return self.roots.view(document.path)

    def shown(self, view: View) -> ShownValues:
        """What facts say beside it."""
        return ShownValues(self, view)

    def offset(self, document: Document, view: View, given: Given) -> int:
        """The place that a request is about. Raises Refused."""
        return document.editor.read_at(view.source, given.position())

    # --- values --------------------------------------------------------------------------------------------------

    def ask(self, what: What, path: Path, **more: str | None) -> Ask:
        """A question about a file as it is in the editor."""
        root = self.roots.root_of(path)
        texts = {str(p): text for p, text in self.roots.texts.items()}
        folders = tuple(os.path.abspath(folder) for folder in root.folders)
        here = os.path.abspath(root.folder) if root.folder is not None else ""
        asked = Ask(self.number(), what, str(path), texts, folders, None, self.clock().isoformat(), root=here)
        return replace(asked, **{key: value for key, value in more.items() if value is not None})  # type: ignore[arg-type]

    def for_whom(self, view: View) -> tuple[str | None, str]:
        """Company (None: whom the rules are for) and day for which values of a file are shown."""
        said = subject(view) or self.company
        day = said.day or (self.company.day if said.ticker in (None, self.company.ticker) else None)
        return said.ticker or self.company.ticker, (day or self.clock()).isoformat()

    def wish(self, document: Document) -> Wish | None:
        """The values that a file of rules should be shown with; None where there are none to show."""
        if not self.with_values or not document.is_rules:
            return None
        view = self.rules(document)
        program = view.checked.program
        if program is None:
            return None
        ticker, day = self.for_whom(view)
        return Wish(seal_of(view.checked), ticker, day) if ticker is not None or program.ticker is not None else None

    def want_values(self, document: Document, wish: Wish | None) -> None:
        """Asks for the values of a file of rules, where nobody has asked for these."""
        if wish is None or self.wanted.get(document.path) == wish:
            return
        self.wanted[document.path] = wish
        ask = self.ask(What.VALUES, document.path, ticker=wish.ticker, day=wish.day)
        self.asked[ask.number] = (document.path, wish)
        self.evaluators.values.ask(ask, f"values {document.path}")

    def want_tickers(self) -> None:
        """Asks which companies there are."""
        for folder in (*self.roots.folders, Path()):
            self.evaluators.values.ask(self.ask(What.TICKERS, folder / "rules.thesis"), f"tickers {folder}")

    def want_fact_findings(self, document: Document) -> None:
        """Asks what is wrong in a facts file."""
        ask = self.ask(What.FACTS, document.path)
        if document.path not in self.roots.texts:
            ask = replace(ask, texts={**ask.texts, str(document.path): document.editor.text})
        self.asked[ask.number] = (document.path, None)
        self.evaluators.values.ask(ask, f"facts {document.path}")

    def take_answer(self, answer: Answer) -> Path | None:
        """Takes what was worked out for a file; the file, where there is something new to show."""
        if answer.tickers:
            self.tickers = tuple(sorted({*self.tickers, *answer.tickers}))
            return None
        path, wanted = self.asked.pop(answer.number, (None, None))
        if path is None:
            return None
        if wanted is None:
            self.fact_findings[path] = answer
            return path
        if self.wanted.get(path) != wanted:
            return None
        self.values[path] = answer  # one that failed has no values: what it read may be mended
        if answer.failed:
            self.log(f"no values for {path.name}: {answer.failed}")
        return path

    def forget_outdated(self) -> None:
        """Values that rest on facts which have changed are asked for again, though no editor has told of it."""
        for path, answer in list(self.values.items()):
            if _outdated(answer):
                del self.values[path]
                self.wanted.pop(path, None)
                self.values_due = True

    def unsaved_facts(self, answer: Answer) -> str:
        """What is said behind values where a facts file that they rest on is changed in the editor and not saved."""
        read = {os.path.realpath(path) for path, _, _ in answer.facts}
        names = sorted(path.name for path in self.unsaved if os.path.realpath(path) in read)
        return f" ({', '.join(names)} as saved, without your changes)" if names else ""

    def forget_values(self) -> None:
        """Values are asked for again: facts, or for whom they are shown, may have changed. What was shown is shown no longer."""
        self.wanted.clear()
        self.values.clear()
        self.values_due = True

    def log(self, text: str) -> None:
        """Says something where who looks for mistakes finds it."""
        self.notify("window/logMessage", {"type": 3, "message": text})

    def settle(self, settings: object) -> None:
        """Takes settings: company, as-of day, whether values are shown. What is none of them is passed over."""
        if not isinstance(settings, Mapping):
            return
        found = settings.get("thesis", settings)
        if not isinstance(found, Mapping):
            return
        company, day, shown = found.get("company"), found.get("asOf"), found.get("values")
        try:
            parsed = iso(day) if isinstance(day, str) and day else None
        except ValueError:
            parsed = None
            self.log(f"the setting thesis.asOf is no day: {day!r}; write it as 2026-05-14")
        self.company = Subject(company if isinstance(company, str) and company else None, parsed)
        if isinstance(shown, bool):
            self.with_values = shown
            if not shown:
                self.values.clear()
        self.forget_values()
