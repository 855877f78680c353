"""How long an editor waits: from a keystroke to findings, for a hover, for completion, for the server to begin.

    python -m benchmarks.editor [TURNS]

A server is started as an editor starts it, and asked over its streams. For files of 300 and 1,000 lines (generated, free of
mistakes) a character in the middle is changed, and changed back, many times over: the time from the edit to the findings of
that text, which includes the pause that the server waits for more edits. Between the edits hover and completion are asked at
that place. Median and 95th percentile in milliseconds of the wall clock, and beside them the same in units of a fixed piece of
work of this machine at that time (`lark`'s bare parse of 300 lines), since a busy machine says little.

Last a file of 50,000 declarations is opened and changed over and over, and while the server is busy with it a small file is
asked about: hover, and a keystroke until its findings.

Values are switched off: they are evaluated in another process, which on a machine with one free core takes its turn.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.generate import generate
from dsl.syntax.parser_table import parser
from tests.support.editor import Editor

TURNS = 60
LINES = (300, 1_000)
MANY = 50_000
"""So many declarations has a file that takes seconds to check."""


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000


def shown(name: str, found: list[float], unit: float) -> None:
    """A line of the table."""
    found.sort()
    p95 = found[min(len(found) - 1, int(len(found) * 0.95))]
    print(f"{name:<44} median {statistics.median(found):7.1f} ms  p95 {p95:7.1f} ms  ({p95 / unit:5.2f} bare parses)")


def processor(pid: int) -> float | None:
    """Milliseconds of processor time that a process has used, its children left out; None where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) * 1_000 / os.sysconf("SC_CLK_TCK")


def typed(editor: Editor, address: str, text: str, turns: int) -> tuple[list[float], list[float], list[float]]:
    """Keystrokes with what is asked between them: to findings, hover, completion."""
    middle = text.index("= yoy(", len(text) // 2)
    name = text[middle + len("= yoy(") : text.index(")", middle)]
    findings, hovers, completions = list[float](), list[float](), list[float]()
    for turn in range(turns):
        before, after = (f"yoy({name})", f"yoy({name}x)") if turn % 2 == 0 else (f"yoy({name}x)", f"yoy({name})")

        def keystroke(before: str = before, after: str = after) -> None:
            editor.replace(address, before, after)
            editor.findings(address)

        findings.append(timed(keystroke))
        at = editor.at(address, f"yoy({name}", 6)
        hovers.append(timed(lambda at=at: editor.ask("textDocument/hover", at)))  # type: ignore[misc]
        completions.append(timed(lambda at=at: editor.ask("textDocument/completion", at)))  # type: ignore[misc]
    return findings, hovers, completions


def beside_a_long_file(folder: Path, turns: int) -> tuple[list[float], list[float]]:
    """Milliseconds from a keystroke in a file of 300 lines to its findings, and for a hover in it, while the server checks a
    file of 50,000 declarations."""
    text, findings, hovers = generate(300), list[float](), list[float]()
    long = 'rules many "Many"\n' + "".join(f'param p{n} "P {n}" = {n}%\n' for n in range(MANY))
    with Editor(folder, options={"values": False}) as editor:
        small = editor.open(folder / "generated.thesis", text)
        editor.findings(small)
        name = text.partition("= yoy(")[2].partition(")")[0]
        whole = editor.open(folder / "many.thesis", long)
        for turn in range(turns):
            editor.replace(whole, f'"P {turn}"', f'"Q {turn}"')  # it is never done with it
            before, after = (f"yoy({name})", f"yoy({name}x)") if turn % 2 == 0 else (f"yoy({name}x)", f"yoy({name})")

            def keystroke(before: str = before, after: str = after) -> None:
                editor.replace(small, before, after)
                editor.findings(small)

            findings.append(timed(keystroke))
            at = editor.at(small, f"yoy({name}", 6)
            hovers.append(timed(lambda at=at: editor.ask("textDocument/hover", at)))  # type: ignore[misc]
            time.sleep(0.1)
    return findings, hovers


def main() -> None:
    """Prints the table."""
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else TURNS
    text = generate(300)
    trees = parser()
    trees.parse(text)
    unit = statistics.median(timed(lambda: trees.parse(text)) for _ in range(9))
    print(f"a bare parse of 300 lines: {unit:.1f} ms")
    with tempfile.TemporaryDirectory() as folder:
        starts = []
        for _ in range(max(5, turns // 10)):
            began = time.perf_counter()
            with Editor(Path(folder)):
                starts.append((time.perf_counter() - began) * 1_000)
        shown("the server begins (process to `initialize`)", starts, unit)
        for lines in LINES:
            text = generate(lines)
            with Editor(Path(folder), options={"values": False}) as editor:
                address = editor.open(Path(folder) / "generated.thesis", text)
                editor.findings(address)
                before = processor(editor.process.pid)
                found = typed(editor, address, text, turns)
                after = processor(editor.process.pid)
            for name, times in zip(("keystroke to findings", "hover", "completion"), found, strict=True):
                shown(f"{lines:,} lines: {name}", times, unit)
            if before is not None and after is not None:
                each = (after - before) / turns
                print(f"{lines:,} lines: processor time of all three together {each:7.1f} ms")
        found_beside = beside_a_long_file(Path(folder), turns)
        for name, times in zip(("keystroke to findings", "hover"), found_beside, strict=True):
            shown(f"300 lines, {MANY:,} being checked: {name}", times, unit)


if __name__ == "__main__":
    main()
