"""What is asked with `is`, `includes` and `has happened`: words, truths, statuses, outcomes, events, members of sets.

In: nodes of `syntax.py`, a `Scope`, and how to type an operand. Out: typed nodes, and diagnostics. A bare word after `is` is
one of the words that its left side may be; of a text, a choice, a flag or a date it may be the name of another, and then
means what that holds. Must not know facts or values.
"""

from __future__ import annotations

from collections.abc import Callable

from dsl.lowering.scope import Scope, quoted, subject
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Label
from dsl.text.edits import Edit, Fix, Mend, leave_out_item, meant, put
from dsl.types.units import ANY, FLAG, FLAGS, Kind, Refusal, common_series

Lower = Callable[[s.Expr, Scope], p.Expr]

_EVENTS = {"met": p.EventState.MET, "missed": p.EventState.MISSED, "pending": p.EventState.PENDING}


def lower_happened(node: s.Happened, scope: Scope, lower: Lower) -> p.Expr:
    """`k has [not] happened`, of a kill."""
    keyword = scope.keywords.get(node.kill.name)
    if keyword is None or keyword != "kill":
        if keyword is None:
            lower(node.kill, scope)
        elif node.kill.name not in scope.lost:
            labels = scope.declared(node.kill.name, "declared here")
            mend = f"ask `{node.kill.name} is met`" if keyword == "catalyst" else "only a kill happens"
            scope.error(
                "T051", node.span, labels, word="has happened", subject=f"{keyword} `{node.kill.name}`", mend=mend
            )
        return p.Const(node.span, FLAG, None)
    event = p.IsEvent(node.span, FLAG, p.Ref(node.kill.span, FLAG, node.kill.name), p.EventState.HAPPENED)
    return p.Not(node.span, FLAG, event) if node.negated else event


def lower_is(node: s.Is, scope: Scope, lower: Lower) -> p.Expr:
    """`x is word`, with `not` or without, typed."""
    if isinstance(node.operand, s.Name) and scope.keywords.get(node.operand.name) == "catalyst":
        return _negated(_is_catalyst(node, node.operand, scope), node)
    operand = lower(node.operand, scope)
    return _negated(_is_positive(node, operand, scope, lower), node)


def is_catalyst(node: s.Expr, scope: Scope) -> bool:
    """Whether a name is that of a catalyst, which has no value but a state."""
    return isinstance(node, s.Name) and scope.keywords.get(node.name) == "catalyst"


def lower_in(node: s.In, operand: p.Expr | None, scope: Scope, lower: Lower) -> p.Expr:
    """`x in (a, b)` of words, statuses, outcomes and states (operand None): each asked as with `is`."""
    if operand is not None and operand.type.kind is Kind.SET:
        sign, word = (" and ", "not ") if node.negated else (" or ", "")
        said = sign.join(f"{word}{operand.text} includes {item.span.text}" for item in node.items)
        said = f"({said})" if len(node.items) > 1 else said
        scope.error("T066", node.operand.span, fixes=[put(node.span, said)], name="in", wanted="one word, figure or day",
                    found=subject(operand), mend=f"ask for its members: `{said}`")  # fmt: skip
        return p.Refused(node.span, FLAG, (operand,))
    if (
        operand is not None and operand.type.kind is Kind.ANY
    ):  # what it is has been lost: nothing is known to be wrong here
        return p.Refused(node.span, FLAG, (operand,))
    items: list[p.Expr] = []
    first: dict[str, s.Expr] = {}
    for item in node.items:
        word = item.span.text.strip('"')
        if first.setdefault(word, item) is not item:
            labels = [Label(first[word].span, "it stands here first")]
            scope.error("T047", item.span, labels, fixes=[leave_out_item(item.span, sure=True)], name=word)
        if not isinstance(item, s.Name | s.Text | s.Truth):
            found = subject(lower(item, scope))
            what = subject(operand) if operand is not None else f"catalyst `{node.operand.span.text}`"
            mend = f"name words of {what}, divided by commas"
            scope.error("T066", item.span, name="in", wanted="words", found=found, mend=mend)
            items.append(p.Refused(node.span, FLAG))
            continue
        quoted_ = isinstance(item, s.Text)
        asked = s.Is(node.span, node.operand, False, word, quoted_, item.span)
        if operand is None:
            assert isinstance(node.operand, s.Name), "a catalyst is asked for by its name"
            items.append(_is_catalyst(asked, node.operand, scope))
        else:
            items.append(_is_positive(asked, operand, scope, lower))
    return one_of(node, items)


def one_of(node: s.In, items: list[p.Expr]) -> p.Expr:
    """One of several questions, or none of them. They are asked of one thing, so that they come in its rhythm."""
    series = common_series(*(item.type for item in items))
    kind = FLAGS[None if isinstance(series, Refusal) else series]
    found = items[0] if len(items) == 1 else p.OneOf(node.span, kind, "or", tuple(items))
    return p.Not(node.span, kind, found) if node.negated else found


def said_short(node: s.Logic, scope: Scope, lower: Lower) -> p.Expr | None:
    """`stage is early or growing`, `x = 1 or 2`: the second word or figure asks nothing by itself. None: it is none of these."""
    for at, first in enumerate(node.items[:-1]):
        asked = _asked_first(first)
        rest = [item for item in node.items[at + 1 :] if asked is not None and _asks_nothing(item, scope)]
        if asked is None or not rest or rest != list(node.items[at + 1 : at + 1 + len(rest)]):
            continue
        operand, word, negated = asked
        listed = ", ".join([word, *(item.span.text for item in rest)])
        said = f"{operand.span.text} {'not in' if negated else 'in'} ({listed})"
        span = first.span.to(rest[-1].span)
        before = len(scope.diagnostics)
        found = lower(operand, scope)
        if len(scope.diagnostics) > before:
            return p.Refused(node.span, FLAG, (found,))
        sure = node.operator == "or" and not negated
        scope.error("T063", rest[0].span, fixes=[put(span, said, sure=sure)], found=f"`{rest[0].span.text}`",
                    mend=f"name all of them in one list: `{said}`")  # fmt: skip
        return p.Refused(node.span, FLAG, (found,))
    return None


def _asked_first(item: s.Expr) -> tuple[s.Expr, str, bool] | None:
    """What is asked with `is` or `=`, for which word or figure, and whether it is asked with `not`."""
    if isinstance(item, s.Is) and item.word not in ("known", "unknown", "meaningful"):
        return item.operand, item.word_span.text, item.negated
    if isinstance(item, s.Compare) and item.operators in (("=",), ("!=",)):
        return item.operands[0], item.operands[1].span.text, item.operators == ("!=",)
    return None


def _asks_nothing(item: s.Expr, scope: Scope) -> bool:
    """A word, a text, a figure or a day where something true or false should stand."""
    if isinstance(item, s.Name):
        return item.name not in scope.keywords and item.name not in scope.local and not {item.name, "*"} & scope.lost
    return isinstance(item, s.Text | s.Number | s.Date)


def _negated(expr: p.Expr, node: s.Is) -> p.Expr:
    return p.Not(node.span, FLAG, expr) if node.negated else expr


def _is_positive(node: s.Is, operand: p.Expr, scope: Scope, lower: Lower) -> p.Expr:
    word, kind = node.word, operand.type.kind
    if word in ("known", "unknown") and not node.quoted:
        known = p.IsKnown(node.span, FLAG, operand)
        return known if word == "known" else p.Not(node.span, FLAG, known)
    asks_meaning = word == "meaningful" and not node.quoted and word not in operand.type.options
    if asks_meaning and (operand.type.is_figure or kind in (Kind.FLAG, Kind.PILLAR, Kind.VERDICT)):
        return p.IsMeaningful(node.span, FLAG, operand)
    if kind is Kind.ANY:
        return p.Refused(node.span, FLAG, (operand,))
    named = None if node.quoted else _named(node, operand, scope, lower)
    if named is not None:
        return named
    if word in ("true", "false") and not node.quoted and kind is Kind.FLAG:
        return p.IsTruth(node.span, FLAG, operand, word == "true")
    if kind not in (Kind.PILLAR, Kind.VERDICT, Kind.CHOICE, Kind.TEXT):
        otherwise, fixes = "write `is true`, `is false` or `is known`", list[Fix]()
        if operand.type.is_figure or kind is Kind.DATE:
            otherwise = "compare figures and dates with < <= > >= or ="
        elif kind is Kind.SET:
            otherwise = f"ask for a member: `{operand.text} includes {word}`"
            if word in operand.type.options and not node.negated:
                gap = node.span.source.span(operand.span.end, node.word_span.end)
                fixes = [Fix(f"write `includes {word}`", (Edit(gap, f" includes {word}"),), sure=True)]
        asked = ("known", "unknown", *(("true", "false") if kind is Kind.FLAG else ()))
        mend = Mend(otherwise) if fixes or node.quoted else meant(node.word_span, word, asked, otherwise, closed=True)
        scope.error("T051", node.word_span, fixes=fixes, word=node.word_span.text, subject=subject(operand), mend=mend)
        return p.Refused(node.span, FLAG, (operand,))
    options = operand.type.options
    if kind is not Kind.TEXT and word not in options:
        _no_such_word(node, operand, scope)
        return p.Refused(node.span, FLAG, (operand,))
    return p.IsWord(node.span, FLAG, operand, word)


_SAME = (Kind.TEXT, Kind.CHOICE, Kind.FLAG, Kind.DATE)
"""What is compared with another name with `is`."""


def _named(node: s.Is, operand: p.Expr, scope: Scope, lower: Lower) -> p.Expr | None:
    """`auditor is last_auditor`: a bare word that is declared means what it holds; None where the word means itself."""
    word, kind = node.word, operand.type.kind
    declared = scope.types.get(word)
    if kind not in _SAME or word in ("true", "false"):
        return None
    if declared is None or scope.keywords.get(word) not in ("input", "param", "metric"):
        return _bare_text(node, operand, scope) if kind is Kind.TEXT else None
    words = (Kind.TEXT, Kind.CHOICE)
    if declared.kind is not kind and not (declared.kind in words and kind in words):
        return None if word in operand.type.options else _bare_text(node, operand, scope)
    if word in operand.type.options:
        labels = scope.declared(word, "declared here")
        why = f"it is a word of {subject(operand)} and a name of the same type"
        mend = Mend(f'for the word write `"{word}"`, for what the name holds give one of the two another name',
                    (put(node.word_span, f'"{word}"'),))  # fmt: skip
        scope.error("T051", node.word_span, labels, word=word, subject=f"{subject(operand)}: {why}", mend=mend)
        return p.Refused(node.span, FLAG, (operand,))
    other = lower(s.Name(node.word_span, word), scope)
    if kind is Kind.DATE:
        return p.Compare(node.span, FLAG, "=", operand, other)
    if kind is Kind.FLAG:
        neither = p.Logic(node.span, FLAG, "and", (p.Not(node.span, FLAG, operand), p.Not(node.span, FLAG, other)))
        return p.Logic(node.span, FLAG, "or", (p.Logic(node.span, FLAG, "and", (operand, other)), neither))
    return p.IsSame(node.span, FLAG, operand, other)


def _bare_text(node: s.Is, operand: p.Expr, scope: Scope) -> p.Expr | None:
    """A bare word beside a text: a name that nobody declared, or a text without its quotes."""
    if operand.type.kind is not Kind.TEXT or node.word in scope.lost or "*" in scope.lost:
        return None
    keyword = scope.keywords.get(node.word)
    if keyword is not None and scope.types.get(node.word, ANY).kind is Kind.ANY:
        return p.Refused(node.span, FLAG, (operand,))
    quoted_word = put(node.word_span, f'"{node.word}"')
    if keyword is None:
        mend = Mend(f'a text stands in quotes: write `"{node.word}"`', (quoted_word,))
        scope.error("T031", node.word_span, name=node.word, mend=mend)
    else:
        mend = Mend(f'for the text write `"{node.word}"`', (quoted_word,))
        labels = scope.declared(node.word, "declared here")
        scope.error("T051", node.word_span, labels, word=node.word, subject=subject(operand), mend=mend)
    return p.Refused(node.span, FLAG, (operand,))


def _is_catalyst(node: s.Is, operand: s.Name, scope: Scope) -> p.Expr:
    """`c is met`, `is missed`, `is pending`."""
    state = _EVENTS.get(node.word) if not node.quoted else None
    if state is None:
        labels = scope.declared(operand.name, "declared here")
        otherwise = "a catalyst is met, missed or pending"
        mend = Mend(otherwise) if node.quoted else meant(node.word_span, node.word, _EVENTS, otherwise, closed=True)
        scope.error(
            "T051", node.word_span, labels, word=node.word_span.text, subject=f"catalyst `{operand.name}`", mend=mend
        )
        return p.Refused(node.span, FLAG, (p.Ref(operand.span, FLAG, operand.name),))
    return p.IsEvent(node.span, FLAG, p.Ref(operand.span, FLAG, operand.name), state)


def _no_such_word(node: s.Is, operand: p.Expr, scope: Scope) -> None:
    """A status, an outcome or an option that is not there."""
    kind, options = operand.type.kind, operand.type.options
    shown = [f'"{o}"' if kind is Kind.VERDICT else f"`{o}`" for o in options]
    listed = ", ".join(shown[:12]) + (", …" if len(shown) > 12 else "")
    otherwise = f"{'it says' if kind is Kind.VERDICT else 'it is'} one of {listed}" if options else ""
    quote = '"' if kind is Kind.VERDICT else ""
    mend = meant(node.word_span, node.word, options, otherwise, kind is Kind.PILLAR, quote)
    code, verb = {Kind.PILLAR: ("T079", ""), Kind.VERDICT: ("T090", "")}.get(kind, ("T050", "is never"))
    labels = (
        [] if kind is Kind.PILLAR or not isinstance(operand, p.Ref) else scope.declared(operand.name, "declared here")
    )
    scope.error(code, node.word_span, labels, subject=subject(operand), verb=verb, word=quoted(node.word_span.text),
                mend=mend)  # fmt: skip


def lower_includes(node: s.Includes, scope: Scope, lower: Lower) -> p.Expr:
    """`set includes member`, typed."""
    operand = lower(node.operand, scope)
    member = node.member.name
    if operand.type.kind is Kind.ANY:
        return p.Refused(node.span, FLAG, (operand,))
    if operand.type.kind is not Kind.SET:
        mend = "compare figures with < or >, ask for words with `is`"
        scope.error("T066", node.operand.span, name="includes", wanted="a set", found=subject(operand), mend=mend)
    elif member not in operand.type.options:
        otherwise = f"its members are {', '.join(operand.type.options)}"
        meant_one = meant(node.member.span, member, operand.type.options, otherwise)
        scope.error("T050", node.member.span, subject=subject(operand), verb="never includes", word=f"`{member}`",
                    mend=meant_one)  # fmt: skip
    return p.Includes(node.span, FLAG, operand, member)


def lower_contains(node: s.Contains, scope: Scope, lower: Lower) -> p.Expr:
    """`text contains "words"`, typed."""
    operand = lower(node.operand, scope)
    kind, options = operand.type.kind, operand.type.options
    if kind is Kind.ANY:
        return p.Refused(node.span, FLAG, (operand,))
    if not node.text:
        scope.error("T066", node.span, name="contains", wanted="words", found="an empty text",
                    mend=f'write the words: `{operand.text} contains "going concern"`')  # fmt: skip
        return p.Refused(node.span, FLAG, (operand,))
    if kind is not Kind.TEXT:
        said = f"{operand.text} {'includes' if kind is Kind.SET else 'is'} {node.text}"
        known = node.text in options and kind in (Kind.SET, Kind.CHOICE)
        mend = (
            f"write `{said}`"
            if known
            else "compare figures with < or >, ask for words with `is`, for members with `includes`"
        )
        scope.error("T066", node.operand.span, fixes=[put(node.span, said, sure=True)] if known else [], name="contains",
                    wanted="a text", found=subject(operand), mend=mend)  # fmt: skip
        return p.Refused(node.span, FLAG, (operand,))
    return p.Contains(node.span, FLAG, operand, node.text)
