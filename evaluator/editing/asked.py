"""What the process that evaluates is asked, and what it answers: plain values that go through a pipe.

In: nothing. Out: `Ask`, `Answer`. Must not import anything that evaluates: the server that asks starts in a blink.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from dsl.check.checker import Checked
from dsl.ide.view import Known
from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record


class What(StrEnum):
    """What is asked for."""

    VALUES = "values"
    REPORT = "report"
    TEST = "test"
    FLIP = "flip"
    EXPLAIN = "explain"
    FACTS = "facts"
    TICKERS = "tickers"
    COVERAGE = "coverage"
    EXAMPLES = "examples"
    PROVE = "prove"


@record
class Ask:
    """`path`: the file that is asked about; `texts`: open texts that are not saved, by their path; `folders`: where modules are
    looked for; `ticker`, `day`: for whom and as of when (None: whom the thesis is for); `name`: of what, where one name
    or example is meant; `number`: which question it is; `root`: the folder that is open in the editor and holds the file, '' where
    none does. Facts are looked for as if a command were run there."""

    number: int
    what: What
    path: str
    texts: Mapping[str, str]
    folders: tuple[str, ...]
    ticker: str | None
    day: str
    name: str = ""
    form: str = "md"
    root: str = ""


Stamp = tuple[str, int, int]
"""A file or folder as it was when it was read: its path, when it was last changed (0: it was not there), its size."""


def stamp(path: str | Path) -> Stamp:
    """A file or folder as it is now."""
    whole = os.path.abspath(path)
    try:
        found = os.stat(whole)
    except (OSError, ValueError):
        return (whole, 0, 0)
    return (whole, found.st_mtime_ns, found.st_size)


@record
class Found:
    """A finding in a facts file, with the file that it is in."""

    path: str | None
    diagnostic: Diagnostic


@record
class Answer:
    """What was found. `failed`: a sentence on what stood in the way, '' where nothing did. `seal`: the hash of all rule texts
    that the values hold for: beside any other text they would be wrong."""

    number: int
    failed: str = ""
    seal: str = ""
    about: str = ""
    """For whom and as of when the values are, in words."""
    names: Mapping[str, Known] | None = None
    at: Mapping[str, Known] | None = None
    text: str = ""
    findings: tuple[Found, ...] = ()
    tickers: tuple[str, ...] = ()
    examples: str = ""
    """The text of examples that may be put behind the rules."""
    facts: tuple[Stamp, ...] = ()
    """The facts files that the values rest on, and the folders in which they were looked for: where one is another now, the
    values are old."""


def seal_of(checked: Checked) -> str:
    """The hash of all texts that a checked file is made of: its own, and those of its modules."""
    found = hashlib.blake2b(checked.source.text.encode("utf-8", "surrogatepass"), digest_size=16)
    for module in sorted(checked.linked.modules, key=lambda each: each.name):
        found.update(f"\0{module.name}\0{module.source.text}".encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def send(stream: BinaryIO, message: Ask | Answer) -> None:
    """Writes a message, its length before it."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(8, "big") + data)
    stream.flush()


def receive(stream: BinaryIO) -> Ask | Answer | None:
    """The next message; None at the end of the stream. It comes from our own other end of a pipe alone."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    data = stream.read(int.from_bytes(head, "big"))
    found: Ask | Answer = pickle.loads(data)
    return found
