"""Trees of words -> documents: where an expression or a clause may break, and what hangs below what.

In: a tree of `words.py`. Out: a document. Must not know declarations, columns, files. A rule of the grammar that
stands in no table here is laid out like a list: its words with spaces between, breaking behind commas alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl.layout.document import LINE, SPACE, Align, Doc, Group, Word
from dsl.layout.tokens import Node, first_word

_OPERATORS = frozenset({"any_of", "all_of", "compare", "chain", "power", "between"})
"""Operands with operators between them: they break before each operator, all or none."""
_BREAK_BEFORE = frozenset({"because", "source", "own", "with", "within"})
"""Words inside a clause that may begin a new line."""


def document(node: Node) -> Doc:
    """The document of a tree."""
    if isinstance(node, Word):
        return node
    if node.data in _OPERATORS:
        return _operators(node.children)
    if node.data == "signed":
        return _signed(node)
    if node.data == "in_":
        return _listed(node.children)
    if node.data == "if_":
        return _ways(node.children)
    return plain(node.children)


def _operators(children: Sequence[Node]) -> Doc:
    parts: list[Doc] = [document(children[0])]
    if isinstance(children[1], Word) and children[1].text == "not":  # `not between` is one sign
        parts += [LINE, document(children[1]), SPACE, document(children[2]), SPACE, document(children[3])]
        children = children[3:]
    for operator, operand in zip(children[1::2], children[2::2], strict=True):
        parts.append((LINE, document(operator), SPACE, document(operand)))
    return Align(Group(tuple(parts)))


def _listed(children: Sequence[Node]) -> Doc:
    """`x in (a, b)`: broken before `in` where it does not fit, the list filled."""
    opens = next(n for n, child in enumerate(children) if isinstance(child, Word) and child.text == "(")
    signs: list[Doc] = [LINE]
    for child in children[1:opens]:
        signs += [document(child), SPACE]
    return Align(Group((document(children[0]), *signs, _filled(children[opens:]))))


def _ways(children: Sequence[Node]) -> Doc:
    """`if C then A else B`: broken before each `else`, all or none, and before a `then` that does not fit."""
    parts: list[Doc] = []
    way: list[Doc] = []
    for child in children:
        word = child.text if isinstance(child, Word) and child.kind == child.text.upper() else ""
        if word == "else":
            parts += [Group(tuple(way)), LINE]
            way = []
        elif way:
            way.append(LINE if word == "then" else SPACE)
        way.append(document(child))
    return Align(Group((*parts, Group(tuple(way)))))


def _signed(node: Node) -> Doc:
    signs: list[Doc] = []
    while not isinstance(node, Word) and node.data == "signed":  # no recursion: signs may be many
        signs.append(document(node.children[0]))
        node = node.children[1]
    return (*signs, document(node))


def plain(children: Sequence[Node]) -> Doc:
    """Words and trees in a row. What follows the words that begin a clause hangs behind them; lists are filled."""
    begins = 0
    while begins < len(children) - 1 and _is_keyword(children[begins]):
        begins += 1
    if begins > 0:
        words: list[Doc] = []
        for word in children[:begins]:
            words += [document(word), SPACE]
        return (*words, Align(_filled(children[begins:])))
    return _filled(children)


def _is_keyword(node: Node) -> bool:
    return isinstance(node, Word) and (node.kind == node.text.upper() or node.text == "=")


def _filled(children: Sequence[Node]) -> Doc:
    parts: list[Doc] = []
    before: Node | None = None
    at = 0
    while at < len(children):
        child = children[at]
        gap, breaks = _between(before, child)
        if isinstance(child, Word) and child.text == "(":
            end = _closing(children, at)
            inner = Align(_filled(children[at + 1 : end]))
            piece: Doc = (child, inner, children[end])  # type: ignore[assignment]
            at = end
        else:
            piece = document(child)
        parts.append(Group((LINE, piece)) if breaks else (SPACE, piece) if gap else piece)
        before = children[at]
        at += 1
    return tuple(parts)


def _closing(children: Sequence[Node], at: int) -> int:
    depth = 0
    for n in range(at, len(children)):
        child = children[n]
        if isinstance(child, Word):
            depth += {"(": 1, ")": -1}.get(child.text, 0)
            if depth == 0:
                return n
    raise AssertionError("the grammar closes every bracket in the rule that opened it")


def _between(before: Node | None, child: Node) -> tuple[bool, bool]:
    """Whether a space stands between two neighbours, and whether the line may break there."""
    left = before.text if isinstance(before, Word) else ""
    right = child.text if isinstance(child, Word) else ""
    call = isinstance(before, Word) and before.kind in ("NAME", "OVER_SEGMENTS") and right == "("
    if before is None or call or right == "," or "." in (left, right):
        return False, False
    return True, left == "," or (right or first_word(child).text) in _BREAK_BEFORE
