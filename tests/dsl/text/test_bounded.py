"""A memory never holds more than it may, and the same in threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from dsl.text.bounded import Bounded


@given(st.integers(1, 5), st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=60))
def test_the_last_asked_for_stay(most: int, steps: list[tuple[bool, int]]) -> None:
    memory: Bounded[int, int] = Bounded(most)
    kept: list[int] = []  # by when they were last asked for
    for put, key in steps:
        if put:
            memory.put(key, key * 2)
            kept = [*(k for k in kept if k != key), key][-most:]
        else:
            assert memory.get(key) == (key * 2 if key in kept else None)
            kept = [*(k for k in kept if k != key), key] if key in kept else kept
        assert len(memory) == len(kept) <= most


def test_in_threads() -> None:
    memory: Bounded[int, int] = Bounded(50)

    def work(seed: int) -> bool:
        for n in range(2000):
            key = (seed * 31 + n * 7) % 200
            if memory.get(key) not in (None, key):
                return False
            memory.put(key, key)
        return True

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(16)))
    assert len(memory) == 50
