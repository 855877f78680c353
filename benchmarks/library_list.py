"""Writes the list of modules into docs/library.md, from the modules themselves.

    python -m benchmarks.library_list

In: `rules/library/*.thesis`. Out: for each module what it asks for (type, how far back, when it is stale), its params with their
sources, what it gives, and a thesis to copy, between two marks of the page; the rest of the page is left as it is. A test
(`tests/rules/test_library_page.py`) holds that the page says what this would write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.program import calls
from dsl.program import program as p
from dsl.text.source import SourceFile
from dsl.types.units import Frequency
from evaluator.checkup.template import needed

ROOT = Path(__file__).resolve().parent.parent
FOLDER, PAGE = ROOT / "rules" / "library", ROOT / "docs" / "library.md"
BEGIN = "<!-- written by `python -m benchmarks.library_list`: change the modules, not this -->"
END = "<!-- end of what is written -->"


def program(module: str) -> p.Program:
    """The program of a module of the library."""
    found = check_file(SourceFile.read(FOLDER / f"{module}.thesis"), Library((FOLDER,))).program
    assert found is not None, module
    return found


def judging() -> list[str]:
    """The modules that judge something, by name."""
    return sorted(path.stem for path in FOLDER.glob("*.thesis") if program(path.stem).verdicts)


# --- how far back -------------------------------------------------------------------------------------------------


def depths(rules: p.Program) -> dict[str, int]:
    """Of each input on which something rests, how many of its periods are read: 1 is the newest alone."""
    found: dict[str, int] = {}
    seen: set[tuple[str, int]] = set()
    judged = {*rules.conditions, *rules.verdicts, *rules.metrics, *rules.forecasts}
    stack = [(expr, 0) for name in sorted(judged) for expr in rules.expressions(name)]
    while stack:
        expr, back = stack.pop()
        if isinstance(expr, p.Ref) and expr.name in rules.inputs:
            found[expr.name] = max(found.get(expr.name, 0), back + 1)
        elif isinstance(expr, p.Ref) and expr.name in rules.metrics and (expr.name, back) not in seen:
            seen.add((expr.name, back))
            stack += [(inner, back) for inner in rules.expressions(expr.name)]
        further = back + _further(expr)
        stack += [(inner, further) for inner in p.children(expr)]
    return found


def _further(expr: p.Expr) -> int:
    """How many periods before the one that it is of an expression reads."""
    span = calls.back(expr) if isinstance(expr, p.Call | p.Holds) else None
    return span.step * span.steps if isinstance(span, calls.Periods) and span.steps is not None else 0


def _many(asked: p.Input, depth: int) -> str:
    series = asked.type.series
    if series is None:
        return "the last one known"
    every = {Frequency.YEAR: "fiscal year", Frequency.QUARTER: "quarter"}[series]
    return f"{depth} {every}{'s' if depth > 1 else ''}{', at the end' if asked.type.balance else ''}"


# --- the page -----------------------------------------------------------------------------------------------------


def written(module: str) -> str:
    """What the page says of a module."""
    return "\n".join(_lines(module, program(module)))


def _lines(module: str, rules: p.Program) -> Iterator[str]:
    yield f"### {module}"
    yield ""
    yield f"{rules.title}. {rules.asks}"
    yield ""
    yield from _inputs(rules)
    own = [param for param in rules.params.values() if param.origin == module]
    if own:
        yield ""
        yield from _table(("param", "what it is", "value", "source"), (_param(param) for param in own))
    yield ""
    yield from _outputs(module, rules)
    yield ""
    yield from _example(module, rules)


def _inputs(rules: p.Program) -> Iterator[str]:
    far = depths(rules)
    rows = (_input(rules.inputs[i.name], far[i.name]) for i in needed(rules) if i.name in far)
    yield from _table(("input", "what it is", "type", "how many", "stale after"), rows)


def _input(asked: p.Input, depth: int) -> tuple[str, ...]:
    bounds = f" {asked.bounds.text}" if asked.bounds else ""
    kind = asked.type.written or str(asked.type)
    return f"`{asked.name}`", asked.title, f"{kind}{bounds}", _many(asked, depth), str(asked.stale_after or "–")


def _param(param: p.Param) -> tuple[str, ...]:
    (version,) = param.versions
    source = version.source or ""
    return f"`{param.name}`", param.title, f"`{version.value.text}`", f"{source} (its own)" if version.own else source


def _outputs(module: str, rules: p.Program) -> Iterator[str]:
    def own(declared: Mapping[str, p.Declared]) -> list[str]:
        return [name for name, d in declared.items() if d.origin == module]

    for name in own(rules.verdicts):
        outcomes = ", ".join(f"{row.outcome} ({row.tone})" for row in rules.verdicts[name].rows)
        yield f"- Verdict `{name}`: {outcomes}."
    said = ", ".join(f"`{name}` ({rules.conditions[name].side})" for name in own(rules.conditions))
    yield f"- For and against: {said}."
    yield f"- Figures: {', '.join(f'`{name}`' for name in own(rules.metrics))}."


def _example(module: str, rules: p.Program) -> Iterator[str]:
    verdict = next(v for v in rules.verdicts.values() if v.origin == module)
    tones = {row.tone: row.outcome for row in reversed(verdict.rows)}
    good = tones.get("bullish", verdict.rows[0].outcome)
    yield "```thesis"
    yield f'thesis my_{module} "My own view" for TICKER'
    yield f"  uses {module}"
    yield ""
    yield 'verdict my_view "Look closer?"'
    yield f'  when {verdict.name} is "{good}" then "Yes" bullish'
    yield '  otherwise "No" neutral'
    yield "```"


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"


def page(text: str) -> str:
    """The page with the list as the modules have it."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    assert rest, "the page has no mark where the list begins"
    return f"{before}{BEGIN}\n\n" + "\n\n".join(written(module) for module in judging()) + f"\n\n{END}{after}"


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(PAGE.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
