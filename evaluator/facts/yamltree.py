"""YAML -> a tree of places and plain texts, with everything a facts file must not hold refused.

In: a `SourceFile`. Out: `YamlMap` and diagnostics. Every scalar stays the text that was written: nothing is guessed
to be a number or a date here. Anchors, aliases and tags are refused, so there is nothing to expand or construct;
depth and size are bounded while events arrive. Must not know what facts are.

PyYAML's own scanner is the reference. Where PyYAML was built with libyaml, plain files are scanned by that, which is
ten times as fast. The two differ in corners (a tab, `?` in a flow, a block text, an empty value in braces, what they
say of mistakes): a text in which libyaml meets any of these, or finds a mistake, is read again by the reference, so
that the tree and the findings are the same either way. A law in the tests holds the two together.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from dsl.text.source import SourceFile, Span
from evaluator.codes.messages import make

MAX_DEPTH = 8
MAX_VALUES = 400_000


@record
class YamlText:
    """A scalar as written."""

    span: Span
    text: str
    quoted: bool


@record
class YamlList:
    """A sequence."""

    span: Span
    items: tuple[YamlNode, ...]


@record
class YamlMap:
    """A mapping; keys in the order written."""

    span: Span
    items: tuple[tuple[YamlText, YamlNode], ...]

    def get(self, key: str) -> YamlNode | None:
        """The value of a key."""
        return next((value for name, value in self.items if name.text == key), None)


YamlNode = YamlText | YamlList | YamlMap


def without_places(node: YamlNode) -> Any:
    """A tree as texts, lists and dicts, for a model that checks it."""
    match node:
        case YamlText():
            return node.text.strip()
        case YamlList():
            return [without_places(item) for item in node.items]
        case YamlMap():
            return {key.text: without_places(value) for key, value in node.items}


QUICK: type[yaml.CSafeLoader] | None = yaml.CSafeLoader if yaml.__with_libyaml__ else None
"""libyaml, where PyYAML was built with it."""
_TO_REFERENCE = re.compile("[\t\ufeff]")
_ESCAPE = re.compile(r"\\U([0-9A-Fa-f]{8})")


class _Unsure(Exception):
    """libyaml has met something that the reference may read otherwise."""


class _Refused(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def read_yaml(source: SourceFile) -> tuple[YamlNode | None, list[Diagnostic]]:
    """The tree of a YAML text, or None with the reason. Never raises for what the text may hold."""
    return (_read_quickly(source) if QUICK is not None else None) or read_by_reference(source)


def _read_quickly(source: SourceFile) -> tuple[YamlNode | None, list[Diagnostic]] | None:
    """What libyaml makes of a text; None where the reference must be asked."""
    if _TO_REFERENCE.search(source.text):
        return None
    try:
        return _Reader(source, quick=True).read()
    except (yaml.YAMLError, _Refused, _Unsure, ValueError, OverflowError):
        return None


def read_by_reference(source: SourceFile) -> tuple[YamlNode | None, list[Diagnostic]]:
    """What PyYAML's own scanner makes of a text: the tree, or None with the reason."""
    try:
        return _Reader(source, quick=False).read()
    except _Refused as refused:
        return None, [refused.diagnostic]
    except (ValueError, OverflowError):  # PyYAML makes a character of any number
        far = next((m for m in _ESCAPE.finditer(source.text) if int(m[1], 16) > 0x10FFFF), None)
        at = far.start() if far is not None else 0
        reason, mend = "an escape names a character that there is not", "type the character itself"
        return None, [make("F003", source.span(at, min(at + 1, len(source.text))), reason=reason, mend=mend)]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = min(mark.index, len(source.text)) if mark else 0
        reason, mend = _plain(" ".join(str(error.problem or error.context or "it cannot be read").split()))
        return None, [make("F003", source.span(at, min(at + 1, len(source.text))), reason=reason, mend=mend)]
    except yaml.reader.ReaderError as error:
        at = min(error.position, len(source.text))
        reason = "a control character stands here"
        return None, [make("F003", source.span(at, at + 1), reason=reason, mend="take it away, or type the text anew")]
    except yaml.YAMLError as error:
        return None, [make("F003", None, at=source.path, reason=str(error).splitlines()[0], mend="")]


_QUOTE = "put the text in quotes where it holds `: `, `#`, `{` or `%`"
_PLAIN = (
    ("'\\t' that cannot start", "a tab stands where only spaces can", "put spaces in its place"),
    ("mapping values are not allowed", "no `:` can stand here", f"begin keys of one list in one column; {_QUOTE}"),
    ("found unexpected end of stream", "a quote that was opened is never closed", 'close the text with "'),
    ("that cannot start any token", "no text can begin with this sign", "put the text in quotes"),
)
"""The YAML reader's words, the sentence for an analyst, the mend."""


def _plain(reason: str) -> tuple[str, str]:
    for words, sentence, mend in _PLAIN:
        if words in reason:
            return sentence, mend
    plain = reason.replace("<block end>", "the end of the block").replace("<document start>", "the start of a document")
    return plain, _QUOTE


_QUOTES = ("'", '"')


def _unsure(text: ScalarEvent, stack: list[tuple[Event, list[YamlNode]]]) -> bool:
    """Whether the two scanners may differ about a text: one in a block, `?` without quotes, nothing in a flow."""
    if text.style:
        return text.style not in _QUOTES
    if not text.value:
        return bool(stack and getattr(stack[-1][0], "flow_style", False))
    return "?" in text.value


class _Reader:
    def __init__(self, source: SourceFile, quick: bool) -> None:
        self.source, self.quick = source, quick
        self.values = 0
        self.problems: list[Diagnostic] = []

    def _span(self, event: Event) -> Span:
        start, end = event.start_mark, event.end_mark
        return Span(self.source, start.index if start else 0, end.index if end else 0)

    def read(self) -> tuple[YamlNode | None, list[Diagnostic]]:
        root: YamlNode | None = None
        documents = 0
        stack: list[tuple[Event, list[YamlNode]]] = []
        loader = QUICK if self.quick and QUICK is not None else yaml.SafeLoader
        for event in yaml.parse(self.source.text, Loader=loader):
            node: YamlNode | None = None
            if isinstance(event, ScalarEvent | AliasEvent):
                self._admit(event, len(stack))
                assert isinstance(event, ScalarEvent)
                if self.quick and _unsure(event, stack):
                    raise _Unsure
                node = YamlText(self._span(event), event.value, event.style in _QUOTES)
            elif isinstance(event, MappingStartEvent | SequenceStartEvent):
                self._admit(event, len(stack))
                stack.append((event, []))
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                node = self._close(event, *stack.pop())
            elif isinstance(event, DocumentStartEvent):
                documents += 1
                if self.quick and event.explicit:  # it may hold directives
                    raise _Unsure
                if documents > 1:
                    raise _Refused(
                        make("F004", self._span(event), what="a second document", mend="take the `---` away")
                    )
            if node is not None and stack:
                stack[-1][1].append(node)
            elif node is not None:
                root = node
        return root, self.problems

    def _admit(self, event: Event, depth: int) -> None:
        """Refuses what could expand or construct, and what is too deep or too much."""
        self.values += 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            what, mend = (
                "an anchor or alias (& or *)",
                "write the value out; put texts that begin with & or * in quotes",
            )
            raise _Refused(make("F004", self._span(event), what=what, mend=mend))
        if getattr(event, "tag", None) not in (None, "", "!"):
            mend = "write plain values; put texts that begin with ! in quotes"
            raise _Refused(make("F004", self._span(event), what="a tag (!)", mend=mend))
        if depth >= MAX_DEPTH or self.values > MAX_VALUES:
            start = self._span(event).start
            raise _Refused(make("F006", Span(self.source, start, start + 1), limit=MAX_VALUES))

    def _close(self, end: Event, start: Event, items: list[YamlNode]) -> YamlNode:
        first, last = self._span(start), self._span(end)
        span = Span(self.source, first.start, max(last.end, first.end))
        if isinstance(end, SequenceEndEvent):
            return YamlList(span, tuple(items))
        pairs: list[tuple[YamlText, YamlNode]] = []
        seen: set[str] = set()
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, YamlText):
                raise _Refused(make("F004", key.span, what="a key that is not a word", mend="write `name: value`"))
            if key.text in seen:
                self.problems.append(make("F005", key.span, key=key.text))
                continue
            seen.add(key.text)
            pairs.append((key, value))
        return YamlMap(span, tuple(pairs))
