"""The server: reads messages, answers each request in its turn, looks at files that changed when typing pauses.

In: two streams. Out: an exit status. A mistake of ours ends one request and nothing more.

Three threads: one reads, so that a request that was cancelled is known before its turn; one works; one writes, so that an
editor that does not read keeps nobody waiting. Texts are changed at once, which is cheap; they are looked at when nothing
more has come for a moment, so that a thousand edits a second are one look.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from threading import Condition, Thread
from typing import Any, BinaryIO

from dsl.text.record import record
from evaluator.editing.asked import Answer
from evaluator.servers.lsp import changing, life, looking
from evaluator.servers.lsp.given import Code, Given, Refused
from evaluator.servers.lsp.state import Later, State
from evaluator.servers.lsp.wire import Malformed, Message, framed, read

PAUSE, FACTS_PAUSE, VALUES_PAUSE = 0.03, 0.4, 0.25
"""How long nothing must come before a file is looked at, and before it is evaluated."""
LONGEST = 0.5
"""After so long a file is looked at even while more comes."""

REQUESTS: dict[str, Callable[[State, Given], Any]] = {**looking.REQUESTS, **changing.REQUESTS}


@record
class _Ended:
    """The editor is gone."""


_Item = Message | Malformed | Answer | _Ended


class Inbox:
    """What has come and is not dealt with yet."""

    def __init__(self) -> None:
        self._items: deque[_Item] = deque()
        self._change = Condition()
        self._cancelled: set[object] = set()

    def put(self, item: _Item) -> None:
        """Something came."""
        with self._change:
            if isinstance(item, dict) and item.get("method") == "$/cancelRequest":
                params = item.get("params")
                number = params.get("id") if isinstance(params, dict) else None
                if isinstance(number, int | str):
                    self._cancelled.add(number)
            self._items.append(item)
            self._change.notify()

    def take(self, wait: float | None) -> _Item | None:
        """The next; None where nothing came for so many seconds."""
        with self._change:
            if not self._items:
                self._change.wait(wait)
            return self._items.popleft() if self._items else None

    def cancelled(self, number: object) -> bool:
        """Whether a request was cancelled; asked once for each."""
        with self._change:
            if number in self._cancelled:
                self._cancelled.discard(number)
                return True
            return False

    def forget(self, number: object) -> None:
        """A request is answered: that it was cancelled says nothing any more."""
        with self._change:
            self._cancelled.discard(number)


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
        self._published: dict[str, tuple[int, str]] = {}
        self._later: dict[int, tuple[object, Later]] = {}

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
                self._inbox.put(_Ended())
                return
            self._inbox.put(message)
            if isinstance(message, Malformed) and message.over:
                self._inbox.put(_Ended())
                return

    def _write(self) -> None:
        while (data := self._out.get()) is not None:
            try:
                self._stdout.write(data)
                self._stdout.flush()
            except (OSError, ValueError):
                self._inbox.put(_Ended())
                return

    def _send(self, message: dict[str, Any]) -> None:
        self._out.put(framed(message))

    # --- messages ----------------------------------------------------------------------------------------------------

    def _deal_with(self, item: _Item) -> None:
        match item:
            case _Ended():
                self._exit = 0 if self._shut else 1
            case Malformed():
                self._refuse(None, Code.PARSE, item.reason)
            case Answer():
                self._answered(item)
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
            result = self._result(method, params)
            if isinstance(result, Later):
                self._later[result.ask.number] = (number, result)
                self.state.evaluators.called.ask(result.ask)
                return
            self._send({"jsonrpc": "2.0", "id": number, "result": result})
        except Refused as refused:
            self._refuse(number, refused.code, refused.reason)
        except Exception as error:  # the next request may be answered all the same
            self._failed(number, method, error)
        self._inbox.forget(number)

    def _result(self, method: str, params: object) -> object:
        if method == "initialize":
            if self._begun:
                raise Refused(Code.REQUEST, "the session has begun already")
            found = life.initialise(self.state, Given(params))
            self._begun = True
            return found
        if not self._begun:
            raise Refused(Code.NOT_INITIALISED, "the session has not begun: send `initialize` first")
        if self._shut:
            raise Refused(Code.REQUEST, "the session is shut down")
        if method == "shutdown":
            self._shut = True
            return None
        handler = REQUESTS.get(method)
        if handler is None:
            raise Refused(Code.METHOD, f"there is no method {method}")
        return handler(self.state, Given(params))

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
                self._changed(life.NOTIFICATIONS[method](self.state, Given(params)))
        except Refused as refused:
            self.state.log(f"{method} is passed over: {refused.reason}")
        except Exception as error:  # what comes next may be dealt with all the same
            self._failed(None, method, error)

    def _cancel(self, number: object) -> None:
        """A request that waits for its evaluation is answered now; one that was answered before is past."""
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
        if self._values_due is not None:
            due.append(self._values_due)
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _look(self, idle: bool) -> None:
        """Looks at one file that is due; at any where it has waited long, else only where nothing else is to be done."""
        now = time.monotonic()
        for address, (first, due) in list(self._looked.items()):
            if (due <= now and idle) or now - first > LONGEST:
                del self._looked[address]
                self._look_at(address)
                return
        if self._values_due is not None and idle and self._values_due <= now and not self._looked:
            self._values_due = None
            for document in self.state.documents:
                try:
                    self.state.want_values(document)
                except Exception as error:  # values are a help, no more
                    self._failed(None, "values", error)

    def _look_at(self, address: str) -> None:
        document = self.state.documents.get(address)
        if document is None:
            return
        if document.is_rules:
            self._publish(address)
        elif document.may_hold_facts:
            self.state.want_fact_findings(document)

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
        seal = (document.version, repr(found))
        if self._published.get(address) == seal:
            return
        self._published[address] = seal
        params = {"uri": address, "version": document.version, "diagnostics": found}
        self.state.notify("textDocument/publishDiagnostics", params)


def serve(stdin: BinaryIO, stdout: BinaryIO, today: Callable[[], dt.date]) -> int:
    """One session over two streams. Out: the exit status."""
    return Server(stdin, stdout, today).run()
