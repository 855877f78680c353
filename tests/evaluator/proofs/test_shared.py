"""Terms are encoded once for all that is asked about a program, and what is said of one does not depend on what was asked before."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from random import Random

import pytest

from dsl.program import program as p
from evaluator.proofs.conditions import prove_condition, prove_pillar, subjects
from evaluator.proofs.encoding import worlds
from evaluator.proofs.encoding.encode import Encoder, Worlds
from evaluator.proofs.encoding.worlds import Encoders
from evaluator.proofs.findings import Finding
from evaluator.proofs.solve import Answer, Budget, Session
from evaluator.proofs.verdict_tables import prove_table
from tests.support.runs import AS_OF, checked

SECONDS = 20.0


def _questions(program: p.Program) -> list[tuple[str, object]]:
    return [("table", v) for v in program.verdicts.values()] + [("subject", s) for s in subjects(program)] + [
        ("pillar", q) for q in program.pillars.values()]  # fmt: skip


def _asked(encoders: Encoders, question: tuple[str, object]) -> list[Finding]:
    ask = {"table": prove_table, "subject": prove_condition, "pillar": prove_pillar}[question[0]]
    found: list[Finding] = ask(encoders, question[1], SECONDS)  # type: ignore[operator]
    return found


RULES = """rules main
input growth "Growth" : percent per quarter between -100% and 1000%
input margin "Margin" : percent
input stage "Stage" : choice of (early, late)
input day "Day" : date
metric fast "Fast" = average(growth, 4 quarters)
metric both "Both" = growth / margin meaningful when margin > 0%
metric odd "Odd" = median(growth, 20 quarters) + latest(growth)
forecast ahead "Ahead" for 3 years
  starts fast
  then previous * (1 + max(growth, 0%))
pillar demand "Demand?"
pillar value "Value?"
bull quick "Quick" on demand when fast > 10% for 3 quarters
bear slow "Slow" on demand when fast < 10% for 3 quarters
bull cheap "Cheap" on value when both < 2 and stage is early
bear dear "Dear" on value when both > 3 or ahead < 5%
verdict first "First"
  when demand is supported and value is supported then "Buy" bullish
  when demand is supported then "Hold"
  when both is unknown then "Look"
  when odd > 5% then "Buy" bullish
  otherwise "Wait" neutral
verdict second "Second"
  when first is "Buy" and stage is late then "Go" bullish
  when first is "Buy" then "Think" neutral
  when first is "Wait" then "Stay" bearish
"""


def test_what_is_said_of_one_does_not_depend_on_what_was_asked_before() -> None:
    program = checked(RULES).program
    assert program is not None
    questions = _questions(program)
    alone = [_asked(Encoders(program, AS_OF), question) for question in questions]
    for seed in range(2):
        order = list(range(len(questions)))
        Random(seed).shuffle(order)
        together = Encoders(program, AS_OF)
        for at in order:
            assert _asked(together, questions[at]) == alone[at], questions[at]


@pytest.mark.parametrize(
    "kind", [(Worlds.ANY, False), (Worlds.ANY, True), (Worlds.EXAMPLES, False), (Worlds.PERIODS, False)], ids=str
)
def test_an_encoder_ends_as_if_it_had_made_each_term_itself(kind: tuple[Worlds, bool]) -> None:
    """What holds always, what may be given, what looks back, what is said too loosely: as many facts, the same names."""
    program = checked(RULES).program
    assert program is not None

    def noted(e: Encoder, name: str) -> object:
        e.name(name)
        given = {key: type(term) for key, term in e.givens.items()}
        return len(e.facts), given, set(e.gaps), set(e.replaced), set(e.formulas), e.notes, e.looks_back, set(e.words)

    together = Encoders(program, AS_OF)
    for name in [*program.order, *reversed(program.order)]:
        assert noted(together.of(*kind), name) == noted(Encoders(program, AS_OF).of(*kind), name), name


def test_tables_that_ask_for_the_table_before_are_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 30
    tables = "".join(
        f'verdict v{n} "T"\n  when {f"v{n - 1}" + " is " + chr(34) + "Buy" + chr(34) if n else "p is supported"} then "Buy" bullish\n'
        '  otherwise "Wait" neutral\n'
        for n in range(count)
    )
    program = checked(
        f'rules main\ninput r "R" : money\npillar p "P"\nbull c "C" on p when r > 1 USD\n{tables}'
    ).program
    assert program is not None
    made: Counter[str] = Counter()
    encode = worlds.encode

    def counted(e: Encoder, expr: p.Expr, back: int) -> object:
        made[expr.address] += 1
        return encode(e, expr, back)

    monkeypatch.setattr(worlds, "encode", counted)
    encoders = Encoders(program, dt.date(2026, 5, 14))
    for verdict in program.verdicts.values():
        assert prove_table(encoders, verdict, SECONDS) == []
    assert made
    assert set(made.values()) == {1}


@pytest.mark.parametrize("seed", range(20))
def test_blocks_are_left_out_as_one_by_one(seed: int) -> None:
    """Halving leaves what the plain way leaves, which tries each block."""
    random = Random(seed)
    program = checked('rules main\ninput r "R" : percent\npillar p "P"\nbull c "C" on p when r > 1%\n').program
    assert program is not None
    session = Session(Encoders(program, AS_OF).of(Worlds.ANY), Budget(1))
    count, size = random.randrange(1, 60), random.choice((1, 3, 8))
    covers = [
        set(random.sample(range(count), min(count, random.randrange(1, 4)))) for _ in range(random.randrange(1, 4))
    ]
    asked = lambda kept: Answer.NO if any(cover <= set(kept) for cover in covers) else Answer.YES  # noqa: E731
    plain = list(range(count))
    for start in range(count - 1, -1, -size):
        block = (
            set(plain[max(0, start - size + 1) : start + 1])
            if len(plain) == count
            else set(range(max(0, start - size + 1), start + 1))
        )
        fewer = [n for n in plain if n not in block]
        if asked(fewer) is Answer.NO:
            plain = fewer
    assert session._without_blocks(list(range(count)), size, asked) == plain
