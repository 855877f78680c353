"""That correlations are with uncertain figures, and can all be true at once.

In: distributions as written and as lowered, the `Scope`. Out: diagnostics. Must not know facts or values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dsl.lowering.scope import Scope
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.source import Span
from dsl.uncertain.matrices import nearest, of_normals, of_ranks, possible
from dsl.uncertain.spreads import rank_of


def check_correlations(written: Iterable[s.Uncertain], uncertain: Sequence[p.Uncertain], scope: Scope) -> None:
    """That each correlation is with another uncertain figure, stands once and lies between −1 and 1; and that all of them can
    be true at once."""
    written = tuple(written)
    spread = {u.name: u for u in uncertain}
    pairs: dict[frozenset[str], tuple[float, Span]] = {}
    sound = len(spread) == len(written)
    lost = {d.name.name for d in written} - spread.keys()
    for d in written:
        for each in d.correlated:
            if each.other.name in lost - {d.name.name}:
                continue  # what is wrong with it was said
            why, mend = _refused(d.name.name, each, spread, pairs, scope)
            if why:
                sound = False
                scope.error("T170", each.other.span, name=each.other.name, why=why, mend=mend)
            elif d.name.name in spread:
                pairs[frozenset((d.name.name, each.other.name))] = rank_of(each, scope) or 0.0, each.span
    if sound and pairs:
        _together(pairs, scope)


def _refused(
    name: str,
    each: s.Correlation,
    spread: dict[str, p.Uncertain],
    pairs: dict[frozenset[str], tuple[float, Span]],
    scope: Scope,
) -> tuple[str, str]:
    other = each.other.name
    if other == name:
        return "it is the same name", "name another uncertain figure"
    if other not in spread:
        return "it is not uncertain", f"say how it is spread: `uncertain {other} ~ …`"
    if spread[other].spread.words or (name in spread and spread[name].spread.words):
        return "words have no rank", "correlate figures alone"
    rank = rank_of(each, scope)
    if rank is None or not -1 <= rank <= 1:
        given = each.rank.span.text
        return f"a correlation is a figure between -1 and 1, and {given} is not", "write one such as `0.6`"
    if frozenset((name, other)) in pairs:
        return "the pair is given twice", "keep one of them"
    return "", ""


def _together(pairs: dict[frozenset[str], tuple[float, Span]], scope: Scope) -> None:
    """That all correlations can be true at once; else the pair that is farthest off, with the nearest that can."""
    names = sorted({name for pair in pairs for name in pair})
    matrix = [
        [1.0 if a == b else of_normals(pairs[frozenset((a, b))][0]) if frozenset((a, b)) in pairs else 0.0 for b in names]
        for a in names
    ]  # fmt: skip
    if possible(matrix):
        return
    near = nearest(matrix)
    at = {name: n for n, name in enumerate(names)}
    found = {pair: of_ranks(near[at[min(pair)]][at[max(pair)]]) for pair in pairs}
    worst = max(pairs, key=lambda pair: (abs(found[pair] - pairs[pair][0]), sorted(pair)))
    rounded = ", ".join(f"{min(pair)} with {max(pair)} {found[pair]:.2f}" for pair in pairs)
    unsaid = any(frozenset((a, b)) not in pairs for a in names for b in names if a < b)
    why = "; a pair that is not given has 0" if unsaid else ""
    first, second = sorted(worst)
    scope.error(
        "T171", pairs[worst][1], first=first, second=second, given=f"{pairs[worst][0]:.10g}", why=why, near=rounded
    )
