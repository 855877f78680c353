"""Conditions, pillars, the score and tables of many draws at once.

In: columns of truths. Out: columns of codes, words and figures. Must not know expressions or how draws are made. What a
condition is judged to be follows from at most three truths, so that it is looked up in tables that the reference made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from dsl.program import program as p
from dsl.program.declared import DOES_NOT_APPLY
from evaluator.draws.columns import NM, UNDEFINED, Bits, Column, Numbers, simple
from evaluator.draws.truths import bits, booleans, picked
from evaluator.engine.evaluation import Judged, State
from evaluator.engine.verdicts import STATUSES, judged, score_of, status_of
from evaluator.values.values import NO_CAUSES, May, Truth

STATUS_WORDS = (*STATUSES, DOES_NOT_APPLY)
"""What a pillar can be, by bit."""
STATES = tuple(State)
"""What a condition can be, by the code of its state."""
_TRUE = STATES.index(State.TRUE)
_UNKNOWN = STATES.index(State.UNKNOWN)


def code_of(found: Judged) -> int:
    """A condition as it is judged, as a code: its state, what it counts, whether it may leave the score, whether it may be
    true though that is unknown."""
    maybe = found.state is State.UNKNOWN and bool(found.truth.possible & May.TRUE)
    return STATES.index(found.state) | int(found.counts) << 3 | int(found.leaves) << 6 | int(maybe) << 7


def judged_of(code: int) -> Judged:
    """A condition as it is judged, of its code."""
    maybe = May.OPEN if code >> 7 else May.FALSE
    return Judged(STATES[code & 7], Truth(maybe, NO_CAUSES), May(code >> 3 & 7), bool(code >> 6 & 1))


@lru_cache(maxsize=2)
def _codes(applies: bool) -> Bits:
    """The codes by the truths: of the condition alone, or of it, of `applies when` and of `when`."""
    if not applies:
        return np.array([0, *(code_of(judged(Truth(May(n)))) for n in range(1, 8))], np.uint8)
    found = np.zeros(512, np.uint8)
    for a in range(1, 8):
        for b in range(1, 8):
            for c in range(1, 8):
                found[a << 6 | b << 3 | c] = code_of(judged(*(Truth(May(n)) for n in (a, b, c))))
    return found


def state_codes(truth: Any, applies: Any = None, holds: Any = None) -> Any:
    """The codes of a condition of many draws."""
    if applies is None:
        codes = _codes(False)
        return picked(truth, codes[4], codes[1]) if truth.dtype == np.bool_ else codes[truth]
    a, b, c = (bits(t).astype(np.uint16) for t in (truth, applies, holds))
    return _codes(True)[a << 6 | b << 3 | c]


def states(codes: Any) -> Any:
    """What conditions are, as places in `STATES`."""
    return codes & 7


# --- pillars and tables ------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _statuses() -> Bits:
    """Which statuses are possible, as bits, by what is possible of the bulls and of the bears (0: none is true, 1: one is, 2:
    one may be): of both at 3 times the first and the second."""
    sides = ({False}, {True}, {False, True})
    found = np.zeros(9, np.uint8)
    for a, bulls in enumerate(sides):
        for b, bears in enumerate(sides):
            possible = {status_of(bull, bear) for bull in bulls for bear in bears}
            found[3 * a + b] = sum(1 << STATUSES.index(s) for s in possible)
    return found


def pillar(bulls: int, *codes: Any) -> Any:
    """The statuses that are possible, as bits of `STATUSES`, of the codes of so many bulls and of the bears after them."""
    return _statuses().take(3 * _side(codes[:bulls]) + _side(codes[bulls:]))


def _side(codes: Sequence[Any]) -> Any:
    certain: Any = np.False_
    maybe: Any = np.False_
    for code in codes:
        certain, maybe = certain | ((code & 7) == _TRUE), maybe | (code >= 128)
    one = np.asarray(certain).view(np.uint8)
    return one if not np.any(maybe) else one | np.asarray(maybe & ~certain).view(np.uint8) << 1


def outcomes(words: tuple[int, ...], none: int, *rows: Any) -> Any:
    """The outcomes that are possible, as bits: `words` has that of each row, `none` that of no row."""
    kind = np.uint8 if none < 7 else np.uint64
    if booleans(*rows):
        found: Any = kind(1 << none)
        for word, row in zip(reversed(words), reversed(rows), strict=True):
            found = (picked if kind is np.uint8 else np.where)(row, kind(1 << word), found)
        return found
    alive: Any = np.True_
    found = kind(0)
    for word, row in zip(words, rows, strict=True):
        may = bits(row)
        found = found | np.where(alive & ((may & int(May.TRUE)) > 0), kind(1 << word), kind(0))
        alive = alive & (may != int(May.TRUE))
    return found | np.where(alive, kind(1 << none), kind(0))


def where_it_applies(beside: int, words: Any, applies: Any) -> Any:
    """The words that are possible of a pillar or a table, with what its `applies when` says: the bit `beside` for that it does not
    apply."""
    may = bits(applies)
    kind = np.uint8 if beside < 8 else np.uint64
    maybe = np.where(may == int(May.TRUE), kind(0), kind(1 << beside))
    return np.where((may & int(May.TRUE)) > 0, np.asarray(words).astype(kind) | maybe, kind(1 << beside))


# --- the score -----------------------------------------------------------------------------------------------


def scorer(conditions: Sequence[p.Condition], alone: Sequence[bool]) -> Callable[..., Column]:
    """The score, of some conditions in their order: of the truth of each that stands `alone` (nothing says where it applies), else of
    its code. Where none applies it is not meaningful."""
    tables = [_weights(c) for c in conditions]
    decided = _Decided(conditions)

    def score(*columns: Any) -> Column:
        if all(alone) and all(c.dtype == np.bool_ for c in columns):
            at_once: Column = decided.score(columns)
            return at_once
        codes = [state_codes(c) if by_truth else c for c, by_truth in zip(columns, alone, strict=True)]
        above: Any = 0.0
        below: Any = 0.0
        many: Any = np.False_
        for (signed, weight, several), code in zip(tables, codes, strict=True):
            above, below = above + signed.take(code), below + weight.take(code)
            many = many | several.take(code)
        shape = np.shape(below)
        nothing = below == 0
        low = np.where(nothing | many, 0.0, above) / np.where(nothing | many, 1.0, below)
        if not (np.any(nothing) or np.any(many)):
            return low
        high, odd = low.copy(), np.where(nothing, UNDEFINED | NM, 0).astype(np.uint8)
        open_ = np.broadcast_to(many, shape)
        rows = np.stack([np.broadcast_to(code, shape)[open_] for code in codes], axis=1)
        if len(rows):
            kinds, at = np.unique(rows, axis=0, return_inverse=True)
            found = [_score(conditions, kind) for kind in kinds]
            low[open_], high[open_], odd[open_] = (np.array(x)[at.reshape(-1)] for x in zip(*found, strict=True))
        low, high = np.where(odd & NM, -np.inf, low), np.where(odd & NM, np.inf, high)
        return simple(Numbers(low, high, odd))

    return score


class _Decided:
    """The score of conditions each of which is true or false: what eight of them add is looked up by their truths as a byte."""

    def __init__(self, conditions: Sequence[p.Condition]) -> None:
        signed = [c.weight if c.side is p.Side.BULL else -c.weight for c in conditions]
        self.below = sum(c.weight for c in conditions)
        self.tables = [_sums(signed[at : at + 8]) for at in range(0, len(signed), 8)]

    def score(self, truths: Sequence[Any]) -> Any:
        """The score, of a column of booleans for each condition."""
        above: Any = 0.0
        for at, table in enumerate(self.tables):
            byte: Any = np.uint8(0)
            for bit, truth in enumerate(truths[8 * at : 8 * at + 8]):
                byte = byte | truth.view(np.uint8) << np.uint8(bit)
            above = above + table.take(byte)
        return above / self.below


def _sums(weights: Sequence[float]) -> Any:
    """The sum of the weights whose bit is set in each byte."""
    found = np.zeros(1)
    for weight in weights:
        found = np.concatenate([found, found + weight])
    return found


def _weights(condition: p.Condition) -> tuple[Any, Any, Any]:
    """By the code of a condition: what it adds above and below the line, and whether it may be one of several."""
    signed, weight, several = np.zeros(256), np.zeros(256), np.zeros(256, bool)
    sign = 1.0 if condition.side is p.Side.BULL else -1.0
    for code in range(256):
        counts, leaves = May(code >> 3 & 7), code >> 6 & 1
        ways = int(bool(counts & May.TRUE)) + int(bool(counts & May.FALSE)) + int(bool(leaves and counts))
        several[code] = ways > 1
        if ways == 1:
            signed[code] = sign * condition.weight if counts & May.TRUE else 0.0
            weight[code] = condition.weight
    return signed, weight, several


def _score(conditions: Sequence[p.Condition], codes: Any) -> tuple[float, float, int]:
    found = score_of([(c, judged_of(int(code))) for c, code in zip(conditions, codes, strict=True)])
    return (*found, 0) if found is not None else (-np.inf, np.inf, UNDEFINED | NM)
