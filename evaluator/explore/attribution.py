"""How much of a change is due to each of several causes.

In: the causes, and what the value is where some of them have come about. Out: a part for each; the parts add up to the whole
change. Must not know what the causes are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

MOST = 8
"""So many causes are told apart: the value is asked for each of their sets."""


def shares(causes: Sequence[str], value: Callable[[frozenset[str]], float]) -> Mapping[str, float]:
    """The Shapley value of each cause: its mean effect over all orders in which the causes may come about. A cause alone gets
    all of a change, and one that changes nothing in any company of others gets 0.

    Shapley, A Value for n-Person Games, 1953. Raises ValueError for more than `MOST` causes.

    Example: `shares(["a", "b"], lambda s: 3.0 * ("a" in s) + 2.0 * (len(s) == 2))` is `{"a": 4.0, "b": 1.0}`.
    """
    if len(causes) > MOST:
        raise ValueError(f"at most {MOST} causes, not {len(causes)}")
    known = {s: value(s) for size in range(len(causes) + 1) for s in map(frozenset, combinations(causes, size))}
    count = len(causes)
    found = {}
    for cause in causes:
        terms = []
        for before, at in known.items():
            if cause not in before:
                weight = math.factorial(len(before)) * math.factorial(count - len(before) - 1) / math.factorial(count)
                terms.append(weight * (known[before | {cause}] - at))
        found[cause] = math.fsum(terms)
    return found
