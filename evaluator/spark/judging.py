"""Rules on a table in Spark: the terms of columns, evaluated there; the columns of the result as every engine gives them.

In: a `SparkUniverse`, a `Question`. Out: a frame of Spark, or `Failed` with the names that columns cannot say. Must not know files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from dsl.program.program import Program
from dsl.types.units import Kind
from evaluator.codes.messages import make
from evaluator.columnar import spark_terms
from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.engine import Lowered, SourcesOf
from evaluator.columnar.spark_terms import literal, quoted
from evaluator.screening.companies import NOBODYS
from evaluator.screening.protocol import CURRENCY, Asked, kind_of, schema
from evaluator.session.reading import Failed
from evaluator.spark.by_name import SparkSources
from evaluator.spark.tables import SparkUniverse
from evaluator.universe.asking import Question
from evaluator.universe.reading import COMPANY, GROUP
from evaluator.universe.screened import GROUP as SECTOR

_TYPES = {"String": "string", "Boolean": "boolean", "Float64": "double", "Date": "date"}
SEARCHED = "texts that are searched, which Spark does in another way"


def asked_of(question: Question, universe: SparkUniverse, history: bool = False) -> Asked | Failed:
    """What Spark is asked for: all that is asked but the names that are missing, and inputs that are only counted and cannot be
    columns. Failed (wrong use): judgements and figures that columns cannot say, with why; there are no rows to fall back on."""
    wanted = replace(question.asked(history), reasons=False)
    refused = refusals(question.program, universe, wanted)
    shown = {n for n, _ in question.shown} | {
        question.order.key,
        question.where,
        *(r.metric for r in question.order.ranks),
    }
    beside = {m.metric for m in question.margins} | {n for n in question.program.inputs if n not in shown}
    left = {name: why for name, why in refused.items() if name not in beside}
    if left:
        return Failed(
            tuple(
                make("C002", None, at=universe.table.source, what=f"Spark cannot judge `{name}`: {why}",
                     mend="leave --engine out, or take it out of the rules")
                for name, why in left.items()
            ),
            wrong_use=True,
        )  # fmt: skip
    return replace(wanted, metrics=tuple(n for n in wanted.metrics if n not in refused))


def refusals(program: Program, universe: SparkUniverse, asked: Asked) -> dict[str, str]:
    """The names that columns in Spark cannot say, each with why."""
    lowered = Lowered(program, universe.table, asked, check=True, of=_of(universe))
    if "" in lowered.refused:
        return dict.fromkeys((*asked.names, *(("score",) if asked.score else ())), lowered.refused[""])
    found = dict(lowered.refused)
    for name in (*asked.names, *(("score",) if asked.score else ())):
        outputs = [t for n, t in lowered.outputs.items() if n == name or n.startswith(f"{name}.")]
        if name not in found and any(t.op == "contains" for t in below(outputs)):
            found[name] = SEARCHED
    return found


def below(terms: Iterable[Term]) -> Iterable[Term]:
    """Terms and all that they are made of, each once."""
    seen: set[int] = set()
    stack = list(terms)
    while stack:
        term = stack.pop()
        if term.number not in seen:
            seen.add(term.number)
            stack.extend(term.parts)
            yield term


def _of(universe: SparkUniverse) -> SourcesOf:
    """What makes the sources of a lowering."""
    return partial(SparkSources, span=universe.span)


def judged(program: Program, universe: SparkUniverse, asked: Asked) -> Any:
    """The result: `#company`, `#sector` and the columns of `protocol.schema`. Raises NotColumnar."""
    lowered = Lowered(program, universe.table, asked, of=_of(universe))
    sources = lowered.sources
    assert isinstance(sources, SparkSources)
    outputs, made = dict(lowered.outputs), {}
    for name, words in lowered.words.items():
        marks = [(f"\x01may {at} {name}", word.value) for at, (word, _) in enumerate(words)]
        outputs |= {mark: may for (mark, _), (_, may) in zip(marks, words, strict=True)}
        each = (f"IF({quoted(mark)}, {literal(word, 's')}, NULL)" for mark, word in marks)
        made[f"{name}.possible"] = f"ARRAY_DISTINCT(ARRAY_COMPACT(ARRAY({', '.join(each)})))"
    kept = [*sources.keys, COMPANY, GROUP, *([CURRENCY] if CURRENCY in sources.columns else [])]
    found = spark_terms.frame(sources.of(universe.rows, (COMPANY, GROUP)), kept, outputs)
    made |= {
        f"{n}.currency": _currency(program, universe, n) for n in asked.metrics if kind_of(program, n) is Kind.MONEY
    }
    wanted = schema(program, asked)
    columns = [
        f"CAST({made.get(c, quoted(c))} AS {_TYPES.get(str(t), 'array<string>')}) AS {quoted(c)}"
        for c, t in wanted.items()
    ]
    return found.selectExpr(quoted(COMPANY), f"{quoted(GROUP)} AS {quoted(SECTOR)}", *columns)


def _currency(program: Program, universe: SparkUniverse, name: str) -> str:
    declared = program.metrics.get(name) or program.inputs.get(name) or program.forecasts[name]
    if declared.type.currency:
        return literal(declared.type.currency, "s")
    every = literal(universe.table.currency or NOBODYS, "s")
    return f"COALESCE({quoted(CURRENCY)}, {every})" if universe.chosen.currency is not None else every
