"""How fast a rule file is read and checked, against lark's bare parse of the same text.

    python -m benchmarks.front_end [LINES…]

For each length (1,000, 10,000 and 100,000 lines): the bare parse (the same grammar, contextual lexer, lark's plain
tree, no transformer), our parse (nodes with their places, texts in braces read, mistakes told), parse with check, and
a check after one character was changed in a workspace that had checked the text before, in turn, several times over;
medians of processor time, and of the ratios of each turn. Processor time, so that a busy machine says little; ratios,
since the machine says little too. Then the same for `rules/alibaba.thesis` with the module that it uses, and whether
other rules ask for a name (`Elsewhere`), against checking every rule file of the library.

What it was before is measured by this script in an earlier checkout (it says less there).
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from benchmarks.generate import generate
from dsl.check.checker import check_file
from dsl.link.library import Library
from dsl.syntax import parser_table
from dsl.syntax.parse import parse
from dsl.text.source import SourceFile
from dsl.workspace.workspace import Workspace
from evaluator.session.elsewhere import Elsewhere
from evaluator.session.places import library, rules_dir

TURNS = {1_000: 15, 10_000: 5, 100_000: 3}
Ways = Mapping[str, Callable[[], object]]


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one call, begun with a clean heap."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def in_turn(ways: Ways, turns: int) -> list[dict[str, float]]:
    """What each way costs, turn by turn, each turn the other way round."""
    taken: list[dict[str, float]] = []
    for turn in range(turns):
        order = list(ways) if turn % 2 else list(reversed(ways))
        taken.append({name: seconds(ways[name]) for name in order})
    return taken


def edited(path: Path, text: str, place: str, folders: tuple[Path, ...] = ()) -> Callable[[], object]:
    """A check of a text of which one character differs each time, in a workspace that has checked it before."""
    workspace = Workspace(folders)
    at = text.index(place) + len(place)
    times = 0

    def work() -> object:
        nonlocal times
        times += 1
        workspace.open(path, f"{text[: at - 1]}{times % 10}{text[at:]}")
        return workspace.snapshot().checked(path)

    work()
    return work


def measure(lines: int, turns: int) -> dict[str, float]:
    """One length: medians of what each way costs, and of the ratios to the bare parse."""
    text = generate(lines)
    bare = parser_table.build()
    found = check_file(SourceFile("generated.thesis", text), Library(()))
    assert found.program is not None
    assert found.diagnostics == (), found.diagnostics[0]
    del found
    ways: Ways = {
        "bare": lambda: bare.parse(text, start="file"),
        "parse": lambda: parse(SourceFile("generated.thesis", text)),
        "check": lambda: check_file(SourceFile("generated.thesis", text), Library(())),
        "edit": edited(Path("generated.thesis"), text, "payback_1 > 0.5"),
    }
    taken = in_turn(ways, turns)
    count = text.count("\n")
    return {
        "lines": count,
        "bytes": len(text.encode()),
        "bare lines/s": round(count / median(t["bare"] for t in taken)),
        "parse lines/s": round(count / median(t["parse"] for t in taken)),
        "parse + check lines/s": round(count / median(t["check"] for t in taken)),
        "parse / bare": round(median(t["parse"] / t["bare"] for t in taken), 2),
        "parse + check / bare": round(median(t["check"] / t["bare"] for t in taken), 2),
        "one character changed / bare": round(median(t["edit"] / t["bare"] for t in taken), 2),
        "one character changed, ms": round(1000 * median(t["edit"] for t in taken), 1),
    }


def by_checking_all(places: Library) -> frozenset[str]:
    """The names that all rule files of a library ask for, as it was worked out before."""
    paths = [path for name in places.names() if (path := places.find(name)) is not None]
    entries = [check_file(SourceFile.read(path), places).linked.entries.items() for path in paths]
    return frozenset(n for each in entries for n, e in each if e.declaration.keyword in ("input", "metric"))


def measure_shipped(turns: int) -> dict[str, float]:
    """The worked example, against the bare parse of its two files."""
    folder, places = rules_dir(), library()
    texts = [(folder / f"{name}.thesis").read_text("utf-8") for name in ("alibaba", "ai_infrastructure")]
    path, bare = folder / "alibaba.thesis", parser_table.build()
    ways: Ways = {
        "bare": lambda: [bare.parse(text, start="file") for text in texts],
        "check": lambda: check_file(SourceFile.read(path), places),
        "edit": edited(path, texts[0], "plan_cover > 2", places.folders),
        "slip": edited(path, texts[0], "expects cloud_growth", places.folders),
        "elsewhere": lambda: "operating_income" in Elsewhere(places),
        "all": lambda: "operating_income" in by_checking_all(places),
    }
    taken = in_turn(ways, turns)
    names = {
        "check": "check", "edit": "one character changed", "slip": "one character changed, and wrong",
        "elsewhere": "is a name asked for elsewhere", "all": "the same by checking all",
    }  # fmt: skip
    ratios = {f"{n} / bare": round(median(t[k] / t["bare"] for t in taken), 2) for k, n in names.items()}
    return ratios | {f"{n}, ms": round(1000 * median(t[k] for t in taken), 1) for k, n in names.items()}


if __name__ == "__main__":
    for asked in [int(a) for a in sys.argv[1:]] or list(TURNS):
        print(json.dumps(measure(asked, TURNS.get(asked, 5))), flush=True)
    print(json.dumps(measure_shipped(15)), flush=True)
