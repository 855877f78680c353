"""How much of a change is due to each of several causes.

In: the causes, and what the value is where some of them have come about. Out: a part for each; the parts add up to the whole
change. Must not know what the causes are.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, combinations

from dsl.text.record import record

MOST = 8
"""So many causes are told apart exactly: the value is asked for each of their sets. Of more, orders are sampled."""
VALUES = 96
"""For about so many sets the value is asked where orders are sampled."""


@record
class Share:
    """The part of a cause, and its standard error where orders were sampled (None: it is exact)."""

    by: float
    error: float | None = None


def shares(causes: Sequence[str], value: Callable[[frozenset[str]], float]) -> Mapping[str, Share]:
    """The Shapley value of each cause: its mean effect over all orders in which the causes may come about. A cause alone gets
    all of a change, and one that changes nothing in any company of others gets 0.

    Shapley, A Value for n-Person Games, 1953. Of more than `MOST` causes the mean is that of some orders, each with its reverse (Castro
    and others, Polynomial calculation of the Shapley value based on sampling, 2009): the parts of one order add up to the whole, and so
    do their means; how far they may be off is the standard error. The orders are the same each time.

    Example: `shares(["a", "b"], lambda s: 3.0 * ("a" in s) + 2.0 * (len(s) == 2))` is 4.0 for a, 1.0 for b.
    """
    return _sampled(causes, value) if len(causes) > MOST else _exact(causes, value)


def _exact(causes: Sequence[str], value: Callable[[frozenset[str]], float]) -> dict[str, Share]:
    known = {s: value(s) for size in range(len(causes) + 1) for s in map(frozenset, combinations(causes, size))}
    count = len(causes)
    found = {}
    for cause in causes:
        terms = []
        for before, at in known.items():
            if cause not in before:
                weight = math.factorial(len(before)) * math.factorial(count - len(before) - 1) / math.factorial(count)
                terms.append(weight * (known[before | {cause}] - at))
        found[cause] = Share(math.fsum(terms))
    return found


def _sampled(causes: Sequence[str], value: Callable[[frozenset[str]], float]) -> dict[str, Share]:
    chosen = random.Random(len(causes))
    pairs: list[dict[str, float]] = []
    for _ in range(max(2, VALUES // (2 * len(causes)))):
        order = chosen.sample(list(causes), len(causes))
        one, other = _walked(order, value), _walked(order[::-1], value)
        pairs.append({cause: (one[cause] + other[cause]) / 2 for cause in causes})
    return {cause: _mean([pair[cause] for pair in pairs]) for cause in causes}


def _walked(order: Sequence[str], value: Callable[[frozenset[str]], float]) -> dict[str, float]:
    """What each cause adds, come about in an order."""
    come = accumulate(([cause] for cause in order), initial=[])
    values = [value(frozenset(some)) for some in come]
    return {cause: after - before for cause, before, after in zip(order, values, values[1:], strict=False)}


def _mean(each: Sequence[float]) -> Share:
    mean = math.fsum(each) / len(each)
    spread = math.fsum((one - mean) ** 2 for one in each) / (len(each) - 1)
    return Share(mean, math.sqrt(spread / len(each)))
