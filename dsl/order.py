"""An order in which every name comes after the names it needs; circles as paths. Iterative: a chain may be long.

In: name -> names needed. Out: the order and the circles. Must not know what the names are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def order(needs: Mapping[str, Sequence[str]]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Depth-first order of the names, and each circle found as a path that ends where it began.

    Names that `needs` does not hold are passed over. The order depends on that of `needs` alone.
    """
    done: dict[str, bool] = {}  # False: on the way; True: placed
    placed: list[str] = []
    circles: list[tuple[str, ...]] = []
    for root in needs:
        if root in done:
            continue
        path = [root]
        iterators = [iter(needs[root])]
        done[root] = False
        while path:
            child = next(iterators[-1], None)
            if child is None:
                iterators.pop()
                name = path.pop()
                done[name] = True
                placed.append(name)
            elif child not in needs:
                continue
            elif child not in done:
                done[child] = False
                path.append(child)
                iterators.append(iter(needs[child]))
            elif not done[child]:
                circles.append((*path[path.index(child) :], child))
    return placed, circles
