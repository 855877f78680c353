"""Facts in YAML, the form in which they are kept by hand: a list of facts under each name.

In: a `SourceFile`. Out: a `Reading`. Must not know rules or other formats.
"""

from __future__ import annotations

from dataclasses import replace

from dsl.text.diagnostics import Diagnostic
from dsl.text.source import SourceFile
from evaluator.codes.messages import make
from evaluator.facts.model import Fact
from evaluator.facts.yamltree import YamlList, YamlMap, YamlNode, YamlText, read_yaml
from evaluator.readers.build import keys, unknown_key
from evaluator.readers.rows import HEAD, Cell, Reading, Row
from evaluator.readers.segments import SEGMENT, of_segment

_PARTS = ("facts", "imported", "splits", "exchange_rates", "files", "mapping")
_MEANT = "the facts file"


def read(source: SourceFile) -> Reading:
    """A facts file, whole or with its mistakes."""
    tree, problems = read_yaml(source)
    if tree is None:
        return Reading(source.path, problems=tuple(problems) or (make("F002", None, at=source.path, mend=_EMPTY),))
    if isinstance(tree, YamlMap):
        return _Reader(source, problems).reading(tree)
    mend = "write `ticker: BABA` and so on"
    shape = make("F013", tree.span, where="the file", wanted="a list of keys and values", mend=mend)
    return Reading(source.path, problems=(*problems, shape))


_EMPTY = "write name, ticker, currency, fiscal_year_ends and facts"


class _Reader:
    def __init__(self, source: SourceFile, problems: list[Diagnostic]) -> None:
        self.source, self.problems = source, problems

    def reading(self, tree: YamlMap) -> Reading:
        head = self._head(tree)
        rows = (*self._facts(tree, "facts"), *self._facts(tree, "imported"))
        splits = self._entries(tree, "splits", "share split", "begin each with `- {date: 2024-06-10, ratio: 10, …`")
        rates = self._entries(tree, "exchange_rates", "exchange rate", "begin each with `- {of: USD, to: CNY, date: …`")
        files = self._files(tree)
        return Reading(
            self.source.path,
            head,
            tree.span,
            rows=rows,
            rates=rates,
            splits=splits,
            files=files,
            mapping=self._mapping(tree),
            problems=tuple(self.problems),
        )

    def _head(self, tree: YamlMap) -> dict[str, Cell]:
        head = {}
        for key, value in tree.items:
            if key.text in _PARTS:
                continue
            if key.text not in HEAD:
                said = value.text if isinstance(value, YamlText) else ""
                self.problems.append(unknown_key(_MEANT, key.span, key.text, [*HEAD, *_PARTS], said))
            elif isinstance(value, YamlText):
                head[key.text] = Cell(value.text, value.span, key.span)
            else:
                self._shape(value, f"`{key.text}`", "one text", f"write `{key.text}: …` on one line")
        return head

    def _facts(self, tree: YamlMap, part: str) -> tuple[Row, ...]:
        """The facts under `facts`, written for the rules; or under `imported`, taken over for whoever asks for them."""
        node = tree.get(part)
        if node is None or _blank(node):
            return ()
        if not isinstance(node, YamlMap):
            self._shape(node, f"`{part}`", "a name for each list of facts", "write `revenue:` and its facts below it")
            return ()
        found: list[Row] = []
        for key, entries in node.items:
            if _blank(entries):
                continue  # a name without facts yet
            if not isinstance(entries, YamlList):
                self._shape(entries, f"`{key.text}`", "a list of facts", "begin each with `- {period: …`")
                continue
            rows = (self._fact(key, at, entry) for at, entry in enumerate(entries.items, 1))
            found += [replace(row, offered=part == "imported") for row in rows if row is not None]
        return tuple(found)

    def _fact(self, name: YamlText, at: int, entry: YamlNode) -> Row | None:
        where = f"fact {at} of `{name.text}`"
        if not isinstance(entry, YamlMap):
            mend = 'write `{period: 2026-03-31, value: 38%, published: …, kind: reported, source: "…"}`'
            self._shape(entry, where, "keys and values", mend)
            return None
        before = len(self.problems)
        cells = {"name": Cell(name.text, name.span)}
        known = (*keys(Fact), SEGMENT)
        for key, value in entry.items:
            if key.text not in known:
                self.problems.append(unknown_key(where, key.span, key.text, known))
            elif isinstance(value, YamlText):
                cells[key.text] = Cell(value.text.strip(), value.span, key.span)
            elif key.text == "value" and isinstance(value, YamlList) and _plain(value):
                texts = tuple(i.text.strip() for i in value.items if isinstance(i, YamlText))
                cells["value"] = Cell(texts, value.span, key.span)
            else:
                self._shape(value, f"`{key.text}` of {where}", "one value", "")
        return Row(where, entry.span, of_segment(cells)) if len(self.problems) == before else None

    def _entries(self, tree: YamlMap, part: str, each: str, mend: str) -> tuple[Row, ...]:
        """The entries of a list of keys and values: exchange rates, share splits."""
        node = tree.get(part)
        if node is None or _blank(node):
            return ()
        if not isinstance(node, YamlList):
            self._shape(node, f"`{part}`", "a list", mend)
            return ()
        found = []
        for at, entry in enumerate(node.items, 1):
            if isinstance(entry, YamlMap):
                found.append(Row(f"{each} {at}", entry.span, self._texts(entry, f"{each} {at}")))
            else:
                self._shape(entry, f"{each} {at}", "keys and values", "")
        return tuple(found)

    def _files(self, tree: YamlMap) -> dict[str, Row]:
        """What is said of other files in the folder: how each is to be read."""
        node = tree.get("files")
        if node is None or _blank(node):
            return {}
        if not isinstance(node, YamlMap):
            self._shape(node, "`files`", "the name of each file", "write `prices.csv:` and its settings below it")
            return {}
        found = {}
        for key, entry in node.items:
            if isinstance(entry, YamlMap):
                found[key.text] = Row(f"`{key.text}`", key.span, self._texts(entry, f"`{key.text}`"))
            else:
                self._shape(entry, f"`{key.text}`", "settings", "write `{decimal: comma}` or the like")
        return found

    def _mapping(self, tree: YamlMap) -> YamlMap | None:
        """How tables beside this file are to be read; what is wrong in it is said when a table is read by it."""
        node = tree.get("mapping")
        if node is None or _blank(node):
            return None
        if isinstance(node, YamlMap):
            return node
        self._shape(
            node,
            "`mapping`",
            "keys and values",
            "write `names:` and the like below it; a mapping file is named under `files`",
        )
        return None

    def _texts(self, entry: YamlMap, where: str) -> dict[str, Cell]:
        cells = {}
        for key, value in entry.items:
            if isinstance(value, YamlText):
                cells[key.text] = Cell(value.text.strip(), value.span, key.span)
            else:
                self._shape(value, f"`{key.text}` of {where}", "one value", "")
        return cells

    def _shape(self, node: YamlNode, where: str, wanted: str, mend: str) -> None:
        self.problems.append(make("F013", node.span, where=where, wanted=wanted, mend=mend))


def _blank(node: YamlNode) -> bool:
    return isinstance(node, YamlText) and not node.text.strip()


def _plain(node: YamlList) -> bool:
    return all(isinstance(item, YamlText) for item in node.items)
