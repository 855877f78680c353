"""A chain of names of any length has room to be encoded, and what goes wrong there comes out where it was asked for."""

from __future__ import annotations

import sys

import pytest

from evaluator.proofs.deep import SHALLOW, with_room


def down(depth: int) -> int:
    return 0 if depth == 0 else 1 + down(depth - 1)


def test_there_is_room_for_thirty_calls_a_name_and_the_limit_is_as_before() -> None:
    limit = sys.getrecursionlimit()
    assert with_room(lambda: down(25_000), 1_000) == 25_000
    assert sys.getrecursionlimit() == limit
    with pytest.raises(ZeroDivisionError):
        with_room(lambda: 1 // 0, SHALLOW + 1)
    assert sys.getrecursionlimit() == limit
