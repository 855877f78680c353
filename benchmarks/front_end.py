"""How fast a rule file is read and checked, against lark's bare parse of the same text.

    python -m benchmarks.front_end [LINES…]

For each length (1,000, 10,000 and 100,000 lines): the bare parse (the same grammar, contextual lexer, lark's plain
tree, no transformer), our parse (nodes with their places, texts in braces read, mistakes told) and parse with check,
in turn, several times over; medians of processor time, and of the ratios of each turn. Processor time, so that a
busy machine says little; ratios, since the machine says little too.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from statistics import median

from benchmarks.generate import generate
from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.syntax import parser_table
from dsl.syntax.parse import parse
from dsl.text.source import SourceFile

TURNS = {1_000: 15, 10_000: 7, 100_000: 3}


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one call, begun with a clean heap."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def measure(lines: int, turns: int) -> dict[str, float]:
    """One length: medians of what each way costs, and of the ratios to the bare parse."""
    text = generate(lines)
    bare = parser_table.build()
    found = check_file(SourceFile("generated.thesis", text), Library(()))
    assert found.program is not None
    assert found.diagnostics == (), found.diagnostics[0]
    del found
    ways: dict[str, Callable[[], object]] = {
        "bare": lambda: bare.parse(text, start="file"),
        "parse": lambda: parse(SourceFile("generated.thesis", text)),
        "check": lambda: check_file(SourceFile("generated.thesis", text), Library(())),
    }
    taken: list[dict[str, float]] = []
    for turn in range(turns):  # in turn, and each turn the other way round
        order = list(ways) if turn % 2 else list(reversed(ways))
        taken.append({name: seconds(ways[name]) for name in order})
    count = text.count("\n")
    return {
        "lines": count,
        "bytes": len(text.encode()),
        "bare lines/s": round(count / median(t["bare"] for t in taken)),
        "parse lines/s": round(count / median(t["parse"] for t in taken)),
        "parse + check lines/s": round(count / median(t["check"] for t in taken)),
        "parse / bare": round(median(t["parse"] / t["bare"] for t in taken), 2),
        "parse + check / bare": round(median(t["check"] / t["bare"] for t in taken), 2),
    }


if __name__ == "__main__":
    for asked in [int(a) for a in sys.argv[1:]] or list(TURNS):
        print(json.dumps(measure(asked, TURNS.get(asked, 5))), flush=True)
