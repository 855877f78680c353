"""The server: reads messages, answers each request in its turn, looks at files that changed when typing pauses.

In: two streams. Out: an exit status. A mistake of ours ends one request and nothing more.

Four threads: one reads, so that a request that was cancelled is known before its turn; one works; one writes, so that an
editor that does not read keeps nobody waiting. What takes long, a file of thousands of declarations or a look at all files of
a folder, is done aside by the fourth, on a state that nothing changes: whoever asks about another file is answered meanwhile.
Texts are changed at once, which is cheap; they are looked at when nothing more has come for a moment, so that a thousand
edits a second are one look.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
import traceback
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from dsl.text.record import record
from evaluator.editing.asked import Answer
from evaluator.servers.lsp import changing, life, looking
from evaluator.servers.lsp.aside import Aside, Done
from evaluator.servers.lsp.convert import Json
from evaluator.servers.lsp.documents import Document
from evaluator.servers.lsp.given import Code, Given, Refused, address_in
from evaluator.servers.lsp.inbox import Ended, Inbox, Item
from evaluator.servers.lsp.state import SHOW_FOR, Later, State, Wish
from evaluator.servers.lsp.wire import Malformed, Message, framed, read

PAUSE, FACTS_PAUSE, VALUES_PAUSE = 0.03, 0.4, 0.25
"""How long nothing must come before a file is looked at, and before it is evaluated."""
LONGEST = 0.5
"""After so long a file is looked at even while more comes."""

REQUESTS: dict[str, Callable[[State, Given], Any]] = {**looking.REQUESTS, **changing.REQUESTS}

OVER_ALL_FILES = frozenset(
    {"textDocument/references", "textDocument/rename", "textDocument/linkedEditingRange", "workspace/symbol"}
)
"""What looks at every file of the folders: so does whatever is asked about a facts file."""
SWITCH = 0.001
"""After so many seconds a thread that works aside lets the others in."""


@record
class _Asked:
    """A request that is dealt with aside. `address`: the file that it is about, whose next text makes it idle; '' where it is
    about many."""

    number: object
    method: str
    address: str


@record
class _Looked:
    """An open file that is looked at aside, as it was in that version."""

    address: str
    version: int


class Server:
    """One session with one editor."""

    def __init__(self, stdin: BinaryIO, stdout: BinaryIO, today: Callable[[], dt.date]) -> None:
        self._stdin, self._stdout = stdin, stdout
        self._inbox = Inbox()
        self._out: SimpleQueue[bytes | None] = SimpleQueue()
        self.state = State(self._send, self._inbox.put, today)
        self._begun = self._shut = False
        self._exit: int | None = None
        self._looked: dict[str, tuple[float, float]] = {}
        """Open files that changed: when first, and when they are to be looked at."""
        self._values_due: float | None = None
        self._facts_due: float | None = None
        self._published: dict[str, tuple[int, str]] = {}
        self._later: dict[int, tuple[object, Later]] = {}
        self._aside = Aside(self._inbox.put)
        self._waiting: dict[int, _Asked | _Looked] = {}
        """What is done aside, by the number of the work."""

    def run(self) -> int:
        """Answers until the editor ends the session or is gone. The exit status: 0 where it said so before."""
        Thread(target=self._read, name="reading", daemon=True).start()
        writer = Thread(target=self._write, name="writing", daemon=True)
        writer.start()
        try:
            while self._exit is None:
                item = self._inbox.take(self._wait())
                if item is not None:
                    self._deal_with(item)
                    self._facts_due = self._facts_due or time.monotonic() + FACTS_PAUSE
                self._facts_looked_at()
                self._look(idle=item is None)
        finally:
            self.state.evaluators.close()
            self._out.put(None)
            writer.join(timeout=1.0)
        return self._exit

    # --- streams ---------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        while True:
            try:
                message = read(self._stdin)
            except (OSError, ValueError):
                message = None
            if message is None:
                self._inbox.put(Ended())
                return
            self._inbox.put(message)
            if isinstance(message, Malformed) and message.over:
                self._inbox.put(Ended())
                return

    def _write(self) -> None:
        while (data := self._out.get()) is not None:
            try:
                self._stdout.write(data)
                self._stdout.flush()
            except (OSError, ValueError):
                self._inbox.put(Ended())
                return

    def _send(self, message: dict[str, Any]) -> None:
        self._out.put(framed(message))

    # --- messages ----------------------------------------------------------------------------------------------------

    def _deal_with(self, item: Item) -> None:
        match item:
            case Ended():
                self._exit = 0 if self._shut else 1
            case Malformed():
                self._refuse(None, Code.PARSE, item.reason)
            case Answer():
                self._answered(item)
            case Done():
                self._done(item)
            case _:
                self._message(item)

    def _message(self, message: Message) -> None:
        method, number = message.get("method"), message.get("id")
        if not isinstance(method, str):
            if "result" not in message and "error" not in message:
                self._refuse(number, Code.REQUEST, "a message has no method")
            return  # an answer of the editor: nothing waits for it
        if "id" in message:
            self._request(method, number, message.get("params"))
        else:
            self._notification(method, message.get("params"))

    def _request(self, method: str, number: object, params: object) -> None:
        if not isinstance(number, int | str):
            self._refuse(None, Code.REQUEST, "the id of a request must be a number or a text")
            return
        if self._inbox.cancelled(number):
            self._refuse(number, Code.CANCELLED, "cancelled")
            return
        try:
            handler = self._handler(method)
            given = Given(params)
            address = self._about(method, given)
            if address is None:
                self._answer(number, handler(self.state, given))
                return
            state = self.state.as_it_is()
            work = self._aside.put(lambda: handler(state, given))
            self._waiting[work] = _Asked(number, method, address)
        except Exception as error:  # the next request may be answered all the same
            self._not_answered(number, method, error)

    def _answer(self, number: object, result: object) -> None:
        """The answer to a request goes out; where something is evaluated for it first, that is asked for."""
        if isinstance(result, Later):
            self._later[result.ask.number] = (number, result)
            self.state.evaluators.called.ask(result.ask)
            return
        self._send({"jsonrpc": "2.0", "id": number, "result": result})
        self._inbox.forget(number)

    def _not_answered(self, number: object, method: str, error: Exception) -> None:
        if isinstance(error, Refused):
            self._refuse(number, error.code, error.reason)
        else:
            self._failed(number, method, error)
        self._inbox.forget(number)

    def _handler(self, method: str) -> Callable[[State, Given], Any]:
        """What answers a method at this moment of the session. Raises Refused."""
        if method == "initialize":
            if self._begun:
                raise Refused(Code.REQUEST, "the session has begun already")
            return self._begin
        if not self._begun:
            raise Refused(Code.NOT_INITIALISED, "the session has not begun: send `initialize` first")
        if self._shut:
            raise Refused(Code.REQUEST, "the session is shut down")
        if method == "shutdown":
            return self._shut_down
        handler = REQUESTS.get(method)
        if handler is None:
            raise Refused(Code.METHOD, f"there is no method {method}")
        return handler

    def _begin(self, state: State, given: Given) -> object:
        found = life.initialise(state, given)
        self._begun = True
        return found

    def _shut_down(self, state: State, given: Given) -> None:
        self._shut = True

    def _about(self, method: str, given: Given) -> str | None:
        """None where a request is answered at once; else the address of the file that it is about, '' where of many."""
        if method in OVER_ALL_FILES:
            return ""
        if given.raw("command") == SHOW_FOR:  # it says for whom values are shown, and looks at no file
            return None
        document = self.state.documents.get(address_in(given))
        if document is None:
            return None
        if not document.is_rules:
            return "" if document.may_hold_facts else None
        return document.address if self.state.roots.takes_long(document.path) else None

    def _done(self, done: Done) -> None:
        """What was done aside is answered, or shown; nothing where it was cancelled."""
        match self._waiting.pop(done.number, None):
            case _Asked() as asked:
                if done.error is not None:
                    self._not_answered(asked.number, asked.method, done.error)
                else:
                    self._answer(asked.number, done.result)
            case _Looked() as looked:
                document = self.state.documents.get(looked.address)
                if done.error is not None:
                    self._failed(None, "diagnostics", done.error)
                elif document is not None and document.version == looked.version:
                    assert isinstance(done.result, tuple)
                    found, wish = done.result
                    self._show(document, found)
                    self._want(document, wish)

    def _make_idle(self, address: str) -> None:
        """Requests about a text that is another now are not worked on any more, where they wait."""
        for work, asked in list(self._waiting.items()):
            if isinstance(asked, _Asked) and asked.address == address and self._aside.withdraw(work):
                del self._waiting[work]
                self._not_answered(asked.number, asked.method, Refused(Code.MODIFIED, "the text is another now"))

    def _notification(self, method: str, params: object) -> None:
        if method == "exit":
            self._exit = 0 if self._shut else 1
            return
        try:
            if method == "$/cancelRequest":
                self._cancel(Given(params).raw("id"))
            elif method == "initialized" and self._begun:
                life.initialised(self.state, Given(params))
            elif method in life.NOTIFICATIONS and self._begun:
                looked = life.NOTIFICATIONS[method](self.state, Given(params))
                for address in looked or ():
                    self._make_idle(address)
                self._changed(looked)
        except Refused as refused:
            self.state.log(f"{method} is passed over: {refused.reason}")
        except Exception as error:  # what comes next may be dealt with all the same
            self._failed(None, method, error)

    def _cancel(self, number: object) -> None:
        """A request that waits for its evaluation is answered now; one that was answered before is past."""
        for work, one in list(self._waiting.items()):
            if isinstance(one, _Asked) and one.number == number:
                del self._waiting[work]
                self._aside.withdraw(work)
                self._refuse(number, Code.CANCELLED, "cancelled")
        for asked, (waiting, _) in list(self._later.items()):
            if waiting == number:
                del self._later[asked]
                self.state.evaluators.called.withdraw(asked)
                self._refuse(number, Code.CANCELLED, "cancelled")
        self._inbox.forget(number)

    def _answered(self, answer: Answer) -> None:
        """Something was evaluated."""
        number, later = self._later.pop(answer.number, (None, None))
        if later is not None:
            try:
                self._send({"jsonrpc": "2.0", "id": number, "result": later.finish(answer)})
            except Refused as refused:
                self._refuse(number, refused.code, refused.reason)
            except Exception as error:  # as for any request
                self._failed(number, "workspace/executeCommand", error)
            return
        path = self.state.take_answer(answer)
        if path is None:
            return
        for document in self.state.documents:
            if document.path == path and not document.is_rules:
                self._publish(document.address)
        for what in ("inlayHint", "codeLens"):
            if self.state.can("workspace", what, "refreshSupport"):
                self.state.request(f"workspace/{what}/refresh")

    def _refuse(self, number: object, code: Code, reason: str) -> None:
        self._send({"jsonrpc": "2.0", "id": number, "error": {"code": int(code), "message": reason}})

    def _failed(self, number: object, method: str, error: Exception) -> None:
        """A mistake of ours: one sentence for the editor, the traceback for who looks for it."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
        sentence = f"a mistake of thesis itself in {method}: {type(error).__name__} at {where}"
        if number is not None:
            self._refuse(number, Code.INTERNAL, sentence)
        self.state.notify("window/logMessage", {"type": 1, "message": sentence})
        traceback.print_exception(error, file=sys.stderr)

    # --- looking at what changed ---------------------------------------------------------------------------------------

    def _changed(self, addresses: life.Looked) -> None:
        """Files are to be looked at again: those that changed soon, others that may use them a little later."""
        now = time.monotonic()
        self._published = {a: seal for a, seal in self._published.items() if self.state.documents.get(a) is not None}
        for document in self.state.documents:
            own = addresses is None or document.address in addresses
            if not own and not document.is_rules:
                continue
            pause = PAUSE if document.is_rules else FACTS_PAUSE
            first = self._looked.get(document.address, (now, 0.0))[0]
            self._looked[document.address] = (first, now + (pause if own else 2 * pause))
        self._values_due = now + VALUES_PAUSE

    def _wait(self) -> float | None:
        due = [when for _, when in self._looked.values()]
        due += [when for when in (self._values_due, self._facts_due) if when is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _facts_looked_at(self) -> None:
        """Facts may change without a word from the editor: somebody looks now and then, and once more after the last message."""
        now = time.monotonic()
        if self._facts_due is not None and self._facts_due <= now:
            self._facts_due = None
            self.state.forget_outdated()

    def _look(self, idle: bool) -> None:
        """Looks at one file that is due; at any where it has waited long, else only where nothing else is to be done."""
        now = time.monotonic()
        if self.state.values_due:
            self.state.values_due, self._values_due = False, now
        for address, (first, due) in list(self._looked.items()):
            if (due <= now and idle) or now - first > LONGEST:
                del self._looked[address]
                self._look_at(address)
                return
        if self._values_due is not None and idle and self._values_due <= now and not self._looked:
            self._values_due = None
            for document in self.state.documents:
                if self.state.roots.takes_long(document.path):
                    self._look_aside(document)
                    continue
                try:
                    self._want(document, self.state.wish(document))
                except Exception as error:  # values are a help, no more
                    self._failed(None, "values", error)

    def _want(self, document: Document, wish: Wish | None) -> None:
        self.state.want_values(document, wish)

    def _look_at(self, address: str) -> None:
        document = self.state.documents.get(address)
        if document is None:
            return
        if document.is_rules and self.state.roots.takes_long(document.path):
            self._look_aside(document)
        elif document.is_rules:
            self._publish(address)
        elif document.may_hold_facts:
            self.state.want_fact_findings(document)

    def _look_aside(self, document: Document) -> None:
        """Looks at a file while others are dealt with, in place of an older look at it that has not begun."""
        state = self.state.as_it_is()

        def look() -> tuple[list[Json], Wish | None]:
            return looking.diagnostics(state, document), state.wish(document)

        work = self._aside.put(look, f"look {document.address}")
        self._waiting = {
            n: w for n, w in self._waiting.items() if not (isinstance(w, _Looked) and w.address == document.address)
        }
        self._waiting[work] = _Looked(document.address, document.version)

    def _publish(self, address: str) -> None:
        """Sends what is wrong in a file, where it is not what was sent for this text."""
        document = self.state.documents.get(address)
        if document is None:
            return
        try:
            found = looking.diagnostics(self.state, document)
        except Exception as error:  # the next text may be looked at all the same
            self._failed(None, "diagnostics", error)
            return
        self._show(document, found)

    def _show(self, document: Document, found: list[Json]) -> None:
        address, seal = document.address, (document.version, repr(found))
        if self._published.get(address) == seal:
            return
        self._published[address] = seal
        params = {"uri": address, "version": document.version, "diagnostics": found}
        self.state.notify("textDocument/publishDiagnostics", params)


def serve(stdin: BinaryIO, stdout: BinaryIO, today: Callable[[], dt.date]) -> int:
    """One session over two streams. Out: the exit status."""
    sys.setswitchinterval(SWITCH)
    return Server(stdin, stdout, today).run()
