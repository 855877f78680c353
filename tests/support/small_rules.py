"""Small rule files drawn with hypothesis, and what they mean calculated again by a few other lines.

`small_rules()` yields `SmallRules`: a text that checks, and `decide(world)`, which gives for a world (name -> value, a name
that is missing is unknown) which targets are reached, without the evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

from hypothesis import strategies as st

World = Mapping[str, object]
Truth = bool | None

GRID: dict[str, dict[str, object]] = {
    "growth": {"-5%": -0.05, "0%": 0.0, "5%": 0.05, "10%": 0.1, "11%": 0.11, "25%": 0.25, "40%": 0.4},
    "pe": {"10x": 10.0, "15x": 15.0, "20x": 20.0, "30x": 30.0, "40x": 40.0},
    "listed": {"true": True, "false": False},
    "frame": {"shop": "shop", "cloud": "cloud", "mixed": "mixed"},
}
"""Values that decide every atom both ways, by how they are written."""

HEAD = """\
rules drawn "Drawn"
input growth "Growth" : percent
input pe "Price to earnings" : multiple
input listed "Listed" : flag
input frame "Frame" : choice of (shop, cloud, mixed)
pillar demand "Is there demand?"
"""


@dataclass(frozen=True)
class Condition:
    """An expression: as it is written, and as a function of a world and of the conditions decided so far."""

    text: str
    of: Callable[[World, Mapping[str, Truth]], Truth]


def _figure(text: str, name: str, test: Callable[[float], bool]) -> Condition:
    def of(world: World, _: Mapping[str, Truth]) -> Truth:
        value = world.get(name)
        return None if value is None else test(value)  # type: ignore[arg-type]

    return Condition(text, of)


ATOMS = (
    _figure("growth > 10%", "growth", lambda x: x > 0.1), _figure("growth >= 25%", "growth", lambda x: x >= 0.25),
    _figure("growth < 0%", "growth", lambda x: x < 0), _figure("growth = 10%", "growth", lambda x: x == 0.1),
    _figure("pe < 15x", "pe", lambda x: x < 15), _figure("pe >= 30x", "pe", lambda x: x >= 30),
    _figure("listed", "listed", bool), _figure("listed is false", "listed", lambda x: not x),
    _figure("frame is cloud", "frame", lambda x: x == "cloud"),
    Condition("growth is known", lambda world, _: world.get("growth") is not None),
)  # fmt: skip


def _and(items: list[Truth]) -> Truth:
    return False if False in items else None if None in items else True


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _joined(word: str, parts: list[Condition]) -> Condition:
    def of(world: World, known: Mapping[str, Truth]) -> Truth:
        truths = [p.of(world, known) for p in parts]
        return _and(truths) if word == "and" else _not(_and([_not(t) for t in truths]))

    return Condition("(" + f" {word} ".join(p.text for p in parts) + ")", of)


def _negated(part: Condition) -> Condition:
    return Condition(f"not {part.text}", lambda world, known: _not(part.of(world, known)))


def _named(name: str) -> Condition:
    return Condition(name, lambda _, known: known[name])


def _expressions(names: tuple[str, ...] = ()) -> st.SearchStrategy[Condition]:
    leaves = st.sampled_from((*ATOMS, *(_named(n) for n in names)))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(_joined, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)),
            st.builds(_negated, inner),
        ),
        max_leaves=4,
    )


@dataclass(frozen=True)
class SmallRules:
    """Two conditions, one with `applies when`, a kill and a table of three rows."""

    bull: Condition
    bear: Condition
    applies: Condition
    kill: Condition
    rows: tuple[Condition, Condition]

    @property
    def text(self) -> str:
        """The rule file."""
        return HEAD + (
            f'bull grows "Grows" on demand when {self.bull.text}\n'
            f'bear dear "Dear" on demand applies when {self.applies.text} when {self.bear.text}\n'
            f'verdict call "Call"\n  when {self.rows[0].text} then "Buy"\n  when {self.rows[1].text} then "Hold"\n'
            f'  otherwise "Wait"\nkill over "Over" when {self.kill.text}\n'
        )

    def decide(self, world: World) -> set[tuple[str, str, object]]:
        """The targets that a world reaches: (name, part, truth or number of the row)."""
        known: dict[str, Truth] = {"grows": self.bull.of(world, {}), "over": self.kill.of(world, {})}
        applies, when = self.applies.of(world, {}), self.bear.of(world, {})
        known["dear"] = _and([applies, when])
        found: set[tuple[str, str, object]] = {("grows", "when", known["grows"]), ("over", "when", known["over"])}
        found.add(("dear", "applies", applies))
        if applies is True:
            found.add(("dear", "when", when))
        for number, row in enumerate(self.rows, 1):
            truth = row.of(world, known)
            if truth is not False:
                found |= {("call", "row", number)} if truth else set()
                break
        else:
            found.add(("call", "row", 3))
        return {t for t in found if t[2] is not None}

    def reachable(self) -> set[tuple[str, str, object]]:
        """All targets that some world of the grid reaches."""
        found: set[tuple[str, str, object]] = set()
        options = [[None, *values.values()] for values in GRID.values()]
        for values in product(*options):
            found |= self.decide(dict(zip(GRID, values, strict=True)))
        return found


def small_rules() -> st.SearchStrategy[SmallRules]:
    """Any such rules."""
    free, late = _expressions(), _expressions(("grows", "dear"))
    return st.builds(SmallRules, free, free, free, free, st.tuples(late, late))


def worlds() -> st.SearchStrategy[dict[str, str]]:
    """Some names with values of the grid, as they are written."""
    options = {name: st.sampled_from(list(values)) for name, values in GRID.items()}
    return st.fixed_dictionaries({}, optional=options)
