"""Words beside `=`: an option, a status, an outcome, `TRUE`, `null`. The language asks for them with `is`.

In: a comparison as written, and how to lower its sides. Out: whether it was one, as a diagnostic with its fix in the
`Scope`. Must not know how other expressions are lowered.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dsl.lowering.scope import Scope, short
from dsl.program import program as p
from dsl.program.expressions import AS_OF
from dsl.syntax import nodes as s
from dsl.text.edits import Edit, Fix, Mend, meant, put
from dsl.text.source import Span
from dsl.types.units import FLAG, Kind

TRUTHS = {"true": "true", "yes": "true", "wahr": "true", "false": "false", "no": "false", "falsch": "false"}
TODAY = frozenset(
    {
        "today",
        "now",
        "asof",
        "as_of_date",
        "asofdate",
        "asof_date",
        "current_date",
        "today_date",
        "valuation_date",
        "heute",
    }
)
"""How people and other languages call the day on which the rules are judged: `as_of`."""
NULLS = frozenset({"null", "none", "nil", "nan", "na"})
"""How other languages write that there is no figure."""
NOTHING = NULLS | {"n_a", "missing", "blank", "empty", "undefined", "nothing"}
"""And how people say it, behind `=`."""
_CODES = {
    Kind.CHOICE: "T078",
    Kind.PILLAR: "T077",
    Kind.VERDICT: "T078",
    Kind.TEXT: "T078",
    Kind.SET: "T078",
    Kind.FLAG: "T075",
}


def asked_with_a_sign(node: s.Compare, scope: Scope, lower: Callable[[s.Expr, Scope], p.Expr]) -> p.Expr | None:
    """`stage = early`, `demand = supported`, `listed = TRUE`, `x = null`: said once, with its fix. None: it is none of these."""
    if len(node.operators) != 1 or node.operators[0] not in ("=", "!="):
        return None
    for word, other in (node.operands[::-1], node.operands):
        if not isinstance(word, s.Name) or not _undeclared(word.name, scope):
            continue
        before = len(scope.diagnostics)
        operand = lower(other, scope)
        if len(scope.diagnostics) == before and _said(node, word, operand, scope):
            return p.Refused(node.span, FLAG, (operand,))
        del scope.diagnostics[before:]
    return None


def _undeclared(name: str, scope: Scope) -> bool:
    return not ({name, "*"} & scope.lost or name in scope.keywords or name in scope.local or name in scope.dropped)


def _said(node: s.Compare, word: s.Name, operand: p.Expr, scope: Scope) -> bool:
    kind, name = operand.type.kind, word.name
    no = node.operators[0] == "!="
    asks = "is not" if no else "is"
    if name.lower() in NOTHING and name not in operand.type.options:
        known = f"{short(operand)} is {'known' if no else 'unknown'}"
        fix = _fix(node, f"{operand.text} is {'known' if no else 'unknown'}", sure=True)
        scope.error(
            "T031", word.span, name=name, mend=Mend(f"what is not known is asked for with `is`: `{known}`", (fix,))
        )
        return True
    if kind is Kind.FLAG and name.lower() in TRUTHS:
        said = f"{operand.text} {asks} {TRUTHS[name.lower()]}"
        fix = _fix(node, said, sure=True)
        scope.error("T031", word.span, name=name, mend=Mend(f"ask for it with `is`: `{said}`", (fix,)))
        return True
    if kind in (Kind.CHOICE, Kind.PILLAR, Kind.VERDICT, Kind.SET):
        return _option(node, word, operand, asks, scope)
    if kind is Kind.TEXT:
        said = f'{operand.text} {asks} "{name}"'
        scope.error(_CODES[kind], word.span, fixes=[_fix(node, said)], name=f"`{short(operand)}`", what=operand.type,
                    mend=f"ask for it with `is`: `{said}`")  # fmt: skip
        return True
    return False


def _option(node: s.Compare, word: s.Name, operand: p.Expr, asks: str, scope: Scope) -> bool:
    """An option of a choice, a member of a set, a status, an outcome; a word that is nearly one is no other name."""
    kind, options = operand.type.kind, operand.type.options
    found = meant(word.span, word.name, options, closed=True)
    option = word.name if word.name in options else found.fixes[0].edits[0].text if found.fixes else None
    if option is None:
        return False
    sure = word.name == option or found.fixes[0].sure
    if kind is Kind.SET:
        said = f"{operand.text} includes {option}"
        said = f"not ({said})" if asks == "is not" else said
    else:
        said = f'{operand.text} {asks} "{option}"' if kind is Kind.VERDICT else f"{operand.text} {asks} {option}"
    how = "includes" if kind is Kind.SET else "is"
    scope.error(_CODES[kind], word.span, fixes=[_fix(node, said, sure)], name=f"`{short(operand)}`", what=operand.type,
                mend=f"ask for it with `{how}`: `{said}`")  # fmt: skip
    return True


def _fix(node: s.Compare, said: str, sure: bool = False) -> Fix:
    return Fix(f"write `{said}`", (Edit(node.span, said),), sure)


_LITERALS = re.compile(r"true|false|unknown", re.IGNORECASE)


def the_day(span: Span, name: str) -> Mend | None:
    """`today`, `now`: the day on which the rules are judged."""
    return Mend(f"write `{AS_OF}`", (put(span, AS_OF, sure=True),)) if name.lower() in TODAY else None


def literal(span: Span, name: str) -> Mend | None:
    """`TRUE` and `None` where they stand alone."""
    if _LITERALS.fullmatch(name):
        return Mend(f"write `{name.lower()}`", (put(span, name.lower(), sure=True),))
    if name.lower() in NULLS:
        return Mend(
            "what is not known is asked for with `is`: `x is unknown`, and passed over with `first_known(x, 0)`"
        )
    return Mend("write `true` or `false`") if name.lower() in TRUTHS else None


_BEHIND = ("yoy", "qoq", "ttm", "annualised")
"""Functions that people write behind a figure: `sales.yoy`."""


def dotted(span: Span, name: str, scope: Scope) -> Mend | None:
    """A name with a dot that nothing brings: growth behind its figure, or a name of a module that has another prefix or none."""
    before, _, last = name.rpartition(".")
    if not before:
        return None
    if last in _BEHIND and before in scope.keywords:
        return Mend(f"write `{last}({before})`", (put(span, f"{last}({before})", sure=True),))
    within = [each for each in scope.keywords if each.startswith(f"{before}.")]
    alike = [each for each in scope.keywords if each.rpartition(".")[2] == last]
    otherwise = "a dot stands only in names of a module that is used with `as`"
    if within:
        return meant(span, name, within, otherwise)
    if alike:
        return Mend(f"did you mean `{alike[0]}`?", tuple(put(span, each) for each in alike[:3]))
    return Mend(otherwise)
