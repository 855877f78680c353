"""Rules and facts that bytes decide: each choice of the grammar and of the facts takes some of them, so that nearly every input
is a thesis that checks with facts that it asks for. What a fuzzer changes in the bytes is another choice, and no slip of the pen.

An input is spelled out as rules and a facts file in one text, as in `rules_and_facts.py`, so that the readers are tried too.
"""

from __future__ import annotations

import datetime as dt
import re
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.program.program import Input, Metric, Program
from dsl.text.source import SourceFile
from evaluator.facts.model import Fact
from evaluator.readers.write import company_text
from tests.soak.rules_and_facts import MARK, values_of
from tests.support.fact_strategies import AS_OF, company, rates, stores
from tests.support.strategies import rule_files

LENGTH = 4_000
"""Bytes that an input may take: what is not given follows from what is."""
_FIRST = AS_OF - dt.timedelta(days=900)


@st.composite
def rules_and_facts(draw: st.DrawFn) -> str:
    """A rule file that checks, and a facts file about what it asks for."""
    file = draw(rule_files())
    program = check_file(SourceFile("x.thesis", file.text), Library(())).program
    assert program is not None, file.text
    found = [_spelled_otherwise(draw, program, fact) for fact in draw(stores(program, _FIRST, AS_OF, 12))]
    known = draw(st.lists(rates(_FIRST, AS_OF), max_size=2))
    return file.text + MARK + company_text(company(found, known))


def _spelled_otherwise(draw: st.DrawFn, program: Program, fact: Fact) -> Fact:
    """A fact, whose value is now and then written in another way that its type allows."""
    declared = program.declared(fact.name)
    if not isinstance(declared, Input | Metric) or draw(st.integers(0, 2)):
        return fact
    pattern = draw(st.sampled_from(values_of(declared.type)))
    value = re.sub(r"\{n\}", lambda _: str(draw(st.integers(1, 9))), pattern)
    return fact.model_copy(update={"value": value}) if not value.startswith("[") else fact


def input_of(data: bytes) -> bytes | None:
    """The rules and facts that some bytes choose; None where they choose none (a strategy gave up)."""
    made: list[str] = []

    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rules_and_facts())
    def one(text: str) -> None:
        made.append(text)

    padded = data[:LENGTH] + Random(data[:LENGTH]).randbytes(max(0, 2 * LENGTH - len(data)))
    one.hypothesis.fuzz_one_input(padded)  # type: ignore[attr-defined]
    return made[-1].encode() if made else None
