"""Columns say what the reference evaluator says, name by name: on random programs, on every function, on data with gaps."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsl.program.program import Program
from dsl.types.functions import FUNCTIONS
from tests.support.screens import agree, panel, program_of, snapshot
from tests.support.strategies import RuleFile, rule_files

SEEDS = st.integers(0, 10**6)
FEW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SOAK = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RULES = Path(__file__).with_name("every_function.thesis").read_text(encoding="utf-8")


def _snapshots(file: RuleFile, seed: int) -> None:
    program = program_of(file.text)
    agree(program, snapshot(program, random.Random(seed)), engines=("streaming", "in-memory"))


def _panels(file: RuleFile, seed: int) -> None:
    program = program_of(file.text)
    agree(program, panel(program, random.Random(seed)))


def _histories(file: RuleFile, seed: int) -> None:
    program = program_of(file.text)
    agree(program, panel(program, random.Random(seed), names=2), history=True)


@FEW
@given(rule_files(), SEEDS)
def test_of_today(file: RuleFile, seed: int) -> None:
    _snapshots(file, seed)


@FEW
@given(rule_files(), SEEDS)
def test_of_periods_with_gaps(file: RuleFile, seed: int) -> None:
    _panels(file, seed)


@settings(FEW, max_examples=2)
@given(rule_files(max_inputs=3, max_metrics=2), SEEDS)
def test_as_of_each_day(file: RuleFile, seed: int) -> None:
    _histories(file, seed)


@pytest.fixture(scope="module")
def program() -> Program:
    return program_of(RULES)


def test_every_function_of_today(program: Program) -> None:
    said = agree(program, snapshot(program, random.Random(4), names=24))
    left = {*program.metrics, *program.inputs} - set(said.metrics)
    assert left <= {"seg"}, "nothing is left to rows but figures of a segment"


def test_every_function_of_periods(program: Program) -> None:
    said = agree(program, panel(program, random.Random(5), names=4))
    assert {"lt", "st", "tt", "cg", "tr", "pc", "h2of3"} <= set(said.metrics)


def test_the_rules_have_every_function_that_columns_have() -> None:
    unsaid = {name for name in FUNCTIONS if f"{name}(" not in RULES}
    assert unsaid == {"expected"}, "which stands in the list of what columns cannot say"


@pytest.mark.soak
@SOAK
@given(rule_files(), SEEDS)
def test_of_today_often(file: RuleFile, seed: int) -> None:
    _snapshots(file, seed)


@pytest.mark.soak
@SOAK
@given(rule_files(), SEEDS)
def test_of_periods_often(file: RuleFile, seed: int) -> None:
    _panels(file, seed)


@pytest.mark.soak
@settings(SOAK, max_examples=60)
@given(rule_files(), SEEDS)
def test_of_days_often(file: RuleFile, seed: int) -> None:
    _histories(file, seed)


@pytest.mark.soak
@settings(SOAK, max_examples=40)
@given(SEEDS)
def test_every_function_often(program: Program, seed: int) -> None:
    agree(program, snapshot(program, random.Random(seed)))
    agree(program, panel(program, random.Random(seed), names=3))
