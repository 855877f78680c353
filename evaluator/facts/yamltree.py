"""YAML -> a tree of places and plain texts, with everything a facts file must not hold refused.

In: a `SourceFile`. Out: `YamlMap` and diagnostics. Every scalar stays the text that was written: nothing is guessed
to be a number or a date here. Anchors, aliases and tags are refused, so there is nothing to expand or construct;
depth and size are bounded while events arrive. Must not know what facts are.
"""

from __future__ import annotations

from dataclasses import dataclass

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
from dsl.text.source import SourceFile, Span
from evaluator.codes.messages import make

MAX_DEPTH = 8
MAX_VALUES = 400_000


@dataclass(frozen=True, slots=True)
class YamlText:
    """A scalar as written."""

    span: Span
    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class YamlList:
    """A sequence."""

    span: Span
    items: tuple[YamlNode, ...]


@dataclass(frozen=True, slots=True)
class YamlMap:
    """A mapping; keys in the order written."""

    span: Span
    items: tuple[tuple[YamlText, YamlNode], ...]

    def get(self, key: str) -> YamlNode | None:
        """The value of a key."""
        return next((value for name, value in self.items if name.text == key), None)


YamlNode = YamlText | YamlList | YamlMap


class _Refused(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def read_yaml(source: SourceFile) -> tuple[YamlNode | None, list[Diagnostic]]:
    """The tree of a YAML text, or None with the reason. Never raises for what the text may hold."""
    try:
        return _Reader(source).read()
    except _Refused as refused:
        return None, [refused.diagnostic]
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


class _Reader:
    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.values = 0
        self.problems: list[Diagnostic] = []

    def _span(self, event: Event) -> Span:
        start, end = event.start_mark, event.end_mark
        return Span(self.source, start.index if start else 0, end.index if end else 0)

    def read(self) -> tuple[YamlNode | None, list[Diagnostic]]:
        root: YamlNode | None = None
        documents = 0
        stack: list[tuple[Event, list[YamlNode]]] = []
        for event in yaml.parse(self.source.text, Loader=yaml.SafeLoader):
            node: YamlNode | None = None
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(
                        make("F004", self._span(event), what="a second document", mend="take the `---` away")
                    )
            elif isinstance(event, MappingStartEvent | SequenceStartEvent):
                self._admit(event, len(stack))
                stack.append((event, []))
            elif isinstance(event, ScalarEvent | AliasEvent):
                self._admit(event, len(stack))
                assert isinstance(event, ScalarEvent)
                node = YamlText(self._span(event), event.value, event.style in ("'", '"'))
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                node = self._close(event, *stack.pop())
            if node is not None and stack:
                stack[-1][1].append(node)
            elif node is not None:
                root = node
        return root, self.problems

    def _admit(self, event: Event, depth: int) -> None:
        """Refuses what could expand or construct, and what is too deep or too much."""
        self.values += 1
        span = self._span(event)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(
                make(
                    "F004",
                    span,
                    what="an anchor or alias (& or *)",
                    mend="write the value out; put texts that begin with & or * in quotes",
                )
            )
        if getattr(event, "tag", None) and getattr(event, "tag", None) != "!":
            raise _Refused(
                make("F004", span, what="a tag (!)", mend="write plain values; put texts that begin with ! in quotes")
            )
        if depth >= MAX_DEPTH or self.values > MAX_VALUES:
            raise _Refused(make("F006", Span(self.source, span.start, span.start + 1), limit=MAX_VALUES))

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
