"""Text -> lark's own tree with every token in it as a `Word`, each comment at the word that it belongs to.

In: a `SourceFile` that parses without an error. Out: a tree whose leaves are `Word`s, spelled as the layout spells
them, and the comments at the end of the file. Must not know how a rule file is laid out.

1. A comment behind a token on its line belongs to that token, or to the comma or bracket that closes behind it.
2. A comment on its own line belongs to the token after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TypeAlias, cast

from lark import Token, Tree

from dsl.layout.document import Comment, Word
from dsl.syntax.parser_table import Trees, parser
from dsl.text.source import SourceFile

Node: TypeAlias = "Tree[Word] | Word"

_MONEY = re.compile(r"([0-9.]+)\s*([a-z]*)\s*([A-Z]+)")
_CLOSING = (",", ")")


@cache
def _trees() -> Trees:
    """The language's own parser, without the builder of nodes: from the tables that are shipped."""
    return parser()


def read_words(source: SourceFile) -> tuple[list[Tree[Word]], tuple[Comment, ...]]:
    """The declarations of a file as trees of words, and the comments after the last.

    Raises `lalr.Unexpected` where the text does not parse.
    """
    tree = cast("Tree[Word]", _trees().parse(source.text, start="file"))  # each token becomes a word below
    words = _Words(source.text)
    stack: list[tuple[Tree[Word], Iterator[tuple[int, object]]]] = []
    top, steps = _opened(tree)
    while True:  # by hand: a hundred thousand signs in a row make a deep tree
        step = next(steps, None)
        if step is None:
            if not stack:
                break
            top, steps = stack.pop()
        elif isinstance(step[1], Token):
            top.children[step[0]] = words.word(step[1])
        else:
            stack.append((top, steps))
            assert isinstance(step[1], Tree)
            top, steps = _opened(step[1])
    declarations = [d for d in tree.children if isinstance(d, Tree)]
    ending = words.gap(len(source.text))
    _behind_closing(words.all)
    return declarations, ending


def _behind_closing(words: list[Word]) -> None:
    """Moves comments behind the commas and brackets that close after them; the last first, so that one pass is all."""
    for begins in range(len(words) - 1, -1, -1):
        at = begins
        while words[at].trailing and at + 1 < len(words):
            following = words[at + 1]
            if following.text not in _CLOSING or following.leading or following.trailing:
                break
            words[at].trailing, following.trailing, at = "", words[at].trailing, at + 1


def _opened(tree: Tree[Word]) -> tuple[Tree[Word], Iterator[tuple[int, object]]]:
    tree.children = [child for child in tree.children if child is not None]
    return tree, iter(list(enumerate(tree.children)))


def untouched(source: SourceFile) -> list[str]:
    """What no layout may touch: every text in quotes and every comment, in order, without the space behind a comment."""
    return [found.rstrip() for found in re.findall(r'"[^"\n]*"|#[^\n]*', source.text)]


class _Words:
    """Makes words of tokens as they come, with the comments between them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = self.line_start = 0
        self.blank = False
        self.all: list[Word] = []

    def word(self, token: Token) -> Word:
        """The token with what stands before it; what ends the line before goes to the word before."""
        start = token.start_pos or 0
        kind, text = str(token.type), _spelled(str(token.type), str(token))
        leading = self.gap(start)
        word = Word(text, kind, leading, "", self.blank, start - self.line_start)
        self.all.append(word)
        self.at = token.end_pos or start
        return word

    def gap(self, end: int) -> tuple[Comment, ...]:
        """The comments on their own lines between the last token and `end`; `blank` says what stands before `end`."""
        between = self.text[self.at : end]
        if self.all and not between.strip(" "):  # most words follow another on its line, and no comment is between
            self.blank = False
            return ()
        lines = between.split("\n")
        self.blank, at = False, self.at
        if self.all:
            self.all[-1].trailing = lines[0].strip()
            at += len(lines.pop(0)) + 1
        found: list[Comment] = []
        for line in lines:
            self.line_start = at
            at += len(line) + 1
            text = line.strip()
            if text.startswith("#"):
                found.append(Comment(text, self.blank, len(line) - len(line.lstrip())))
                self.blank = False
            elif at <= end:  # a whole line, and empty
                self.blank = True
        return tuple(found)


def _spelled(kind: str, text: str) -> str:
    """The one spelling of a token."""
    if kind in ("DURATION", "OVER_SEGMENTS"):
        return " ".join(text.split())
    if kind in ("PERCENT", "POINTS", "BASIS_POINTS"):
        return "".join(text.split())
    if kind == "MONEY":
        return _MONEY.sub(r"\1\2 \3", text)
    return "=" if text == "==" else text


def each_word(node: Node) -> Iterator[Word]:
    """The words of a tree in their order."""
    stack: list[Node] = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, Word):
            yield top
        else:
            stack += reversed(top.children)


def first_word(node: Node) -> Word:
    """The word that a tree begins with."""
    return next(each_word(node))
