"""An order in which every name comes after the names it needs; circles as paths. Iterative: a chain may be long.

In: name -> names needed. Out: the order and the circles. Must not know what the names are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def order(needs: Mapping[str, Sequence[str]]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Depth-first order of the names, and circles as paths that end where they began: one at least of each knot.

    Names that `needs` does not hold are passed over. The order depends on that of `needs` alone.
    """
    done: dict[str, bool] = {}  # False: on the way; True: placed
    placed: list[str] = []
    circles: list[tuple[str, ...]] = []
    circled: set[str] = set()  # a knot of a thousand circles through one name is shown once
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
            elif not done[child] and child not in circled:
                circle = path[path.index(child) :]
                circles.append((*circle, child))
                circled.update(circle)
    return placed, circles
