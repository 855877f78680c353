"""Grammar -> tables, ready-made: they are shipped, since to work them out takes longer than all else at a start.

In: the grammar. Out: `Tables`. Must not know what the rules of the grammar mean.

`grammar.table` is made by `make grammar` (`python -m dsl.syntax.parser_table`) with lark. It carries a seal over the
grammar's text, the options and the version of this module; where the seal does not fit, or the file is not there, the
tables are worked out from the grammar: slower, and the same. Nothing is ever written at a start, and the file is
JSON, so that reading it runs no code.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl.syntax.lalr import END, Tables, Token

if TYPE_CHECKING:
    import lark
    from lark.grammar import Rule as LarkRule

FOLDER = Path(__file__).parent
TABLE, GRAMMAR = "grammar.table", "grammar.lark"
_FORMAT = 2
_OPTIONS: dict[str, Any] = {
    "parser": "lalr",
    "lexer": "contextual",
    "start": ["file", "expression", "bindings"],
    "keep_all_tokens": True,
    "maybe_placeholders": True,
}


@cache
def tables() -> Tables:
    """The language's tables: the ready-made ones where they are this grammar's. They never change: one for a process."""
    return load(FOLDER)


def load(folder: Path) -> Tables:
    """The tables of the grammar in a folder."""
    grammar = (folder / GRAMMAR).read_text("utf-8")
    shipped = _shipped(folder)
    if shipped is not None and shipped.get("seal") == seal(grammar):
        return Tables(shipped["tables"])
    return Tables(work_out(grammar))


def seal(grammar: str) -> str:
    """What a file of tables must carry to be used for a grammar."""
    parts = (grammar, json.dumps(_OPTIONS, sort_keys=True), str(_FORMAT))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def table_of(grammar: str) -> bytes:
    """The tables of a grammar as a file, with their seal."""
    text = json.dumps({"seal": seal(grammar), "tables": work_out(grammar)}, separators=(",", ":"))
    return zlib.compress(text.encode(), 9)


def _shipped(folder: Path) -> dict[str, Any] | None:
    """The table beside the grammar, or None where there is none that can be read."""
    try:
        table: object = json.loads(zlib.decompress((folder / TABLE).read_bytes()))
    except (OSError, ValueError, zlib.error):
        return None
    return table if isinstance(table, dict) else None


# --- lark's parser, and the tables in it --------------------------------------------------------------------


def build(grammar: str | None = None) -> lark.Lark:
    """Lark's own parser of a grammar (None: the language's), worked out from its text: makes the tables, and is what
    they are compared with."""
    from lark import Lark

    return Lark((FOLDER / GRAMMAR).read_text("utf-8") if grammar is None else grammar, **_OPTIONS)


def work_out(grammar: str) -> dict[str, Any]:
    """The tables of a grammar as plain values."""
    parser = build(grammar)
    table: Any = parser.parser.parser._parse_table
    lexer: Any = parser.parser.lexer
    terminals = sorted(parser.terminals, key=lambda t: t.name)
    ignored = set(parser.ignore_tokens)
    number = {t.name: n for n, t in enumerate(terminals)} | {END: -1}
    rules = {rule: n for n, rule in enumerate(parser.rules)}
    states = sorted(table.states)
    keys: dict[tuple[int, ...], int] = {}
    scanners: dict[str, int] = {}
    found: dict[str, Any] = {"states": [], "gotos": [], "scanner_of": [], "scanners": []}
    for state in states:
        row = table.states[state]
        kinds = sorted((number[t], t) for t in row if t in number)
        key = tuple(n for n, _ in kinds)
        if key not in keys:
            keys[key] = len(keys)
            found["scanner_of"].append(_scanner(lexer.lexers[state], number, ignored, scanners, found))
        does = [arg if action.name == "Shift" else ~rules[arg] for action, arg in (row[t] for _, t in kinds)]
        found["states"].append([keys[key], does[0] if does and len(set(does)) == 1 else does])
        found["gotos"].append({t: arg for t, (_, arg) in row.items() if t not in number})
    first = {t.name: _first(t.pattern.to_regexp()) for t in terminals}
    skipped = "".join(first[name] or "" for name in ignored)
    beside = [t.name for t in terminals if t.name not in ignored and set(skipped) & set(first[t.name] or skipped)]
    assert not beside, f"what is passed over must begin as nothing else does: {beside}"
    single = [str(r.origin.name) for r in parser.rules if r.options.expand1 and str(r.origin.name) in _OPTIONS["start"]]
    assert not single, f"what a parse starts with makes something: {single}"
    return {
        **found,
        "terminals": [t.name for t in terminals],
        "literals": [t.pattern.value if t.pattern.type == "str" else None for t in terminals],
        "patterns": [t.pattern.to_regexp() for t in terminals],
        "first": [first[t.name] for t in terminals],
        "skip": f"(?:{'|'.join(sorted(t.pattern.to_regexp() for t in terminals if t.name in ignored))})*",
        "rules": [_rule(rule) for rule in parser.rules],
        "all": _scanner(lexer.root_lexer, number, ignored, scanners, found),
        "keys": [list(key) for key in keys],
        "starts": [[name, table.start_states[name], table.end_states[name]] for name in _OPTIONS["start"]],
    }


def _scanner(
    lexer: Any, number: Mapping[str, int], ignored: set[str], scanners: dict[str, int], found: dict[str, Any]
) -> int:
    """The number of a lexer of lark: which terminals it tries in which order, and which texts of one are another."""
    order = [number[t.name] for t in lexer.scanner.terminals if t.name not in ignored]
    others = [
        [number[name], {t.pattern.value: number[t.name] for t in unless.scanner.terminals}]
        for name, unless in sorted(lexer.callback.items())
    ]
    key = json.dumps([order, others], sort_keys=True)
    if key not in scanners:
        scanners[key] = len(scanners)
        found["scanners"].append([order, others])
    return scanners[key]


def _rule(rule: LarkRule) -> list[Any]:
    """What lark's tree builder does for a rule."""
    options, origin = rule.options, str(rule.origin.name)
    size = len(rule.expansion)
    nones = [len(ones) for ones in "".join(str(int(e)) for e in options.empty_indices).split("0")] or [0]
    nones = nones if len(nones) == size + 1 else [0] * (size + 1)
    laid_in = [not symbol.is_term and str(symbol.name).startswith("_") for symbol in rule.expansion]
    kept = [[n, laid_in[n], nones[n]] for n in range(size)] if any(laid_in) or any(nones) else None
    inlined = origin.startswith("_")
    return [origin, size, str(rule.alias or origin), inlined, options.expand1 and not rule.alias, kept, nones[size]]


def _first(pattern: str) -> str | None:
    """The ASCII characters that a text may begin with for a pattern to match it, or None where that cannot be said."""
    from importlib import import_module

    read: Any = import_module("re._parser")  # Python's own; it takes part only where tables are made
    return _begins(read.parse(pattern))


def _begins(parts: Any) -> str | None:
    found: set[str] = set()
    for operation, argument in parts:
        name = str(operation)
        if name in ("ASSERT", "ASSERT_NOT", "AT"):
            continue
        if name == "LITERAL":
            return _joined(found, chr(argument))
        if name == "IN":
            return _joined(found, _members(argument))
        if name == "SUBPATTERN":
            return _joined(found, _begins(argument[-1]))
        if name == "BRANCH":
            either = [_begins(branch) for branch in argument[1]]
            return None if None in either else _joined(found, "".join(e for e in either if e))
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            inner = _begins(argument[2])
            if inner is None or argument[0] > 0:
                return _joined(found, inner)
            found |= set(inner)
            continue
        return None
    return None


def _members(argument: Any) -> str | None:
    found: set[str] = set()
    for operation, value in argument:
        if str(operation) == "LITERAL":
            found.add(chr(value))
        elif str(operation) == "RANGE":
            found |= {chr(n) for n in range(value[0], value[1] + 1)}
        elif str(operation) == "CATEGORY" and str(value) == "CATEGORY_DIGIT":
            found |= set("0123456789")
        else:
            return None
    return "".join(found)


def _joined(found: set[str], more: str | None) -> str | None:
    return None if more is None else "".join(sorted(found | set(more)))


# --- lark's tree, for who works on words --------------------------------------------------------------------


class Trees:
    """Reads with the same tables and makes lark's plain tree, every token in it."""

    def __init__(self) -> None:
        from lark import Token as LarkToken
        from lark import Tree

        self._tables = tables()
        self._methods = [list if rule.inlined else _Node(Tree, LarkToken, rule.name) for rule in self._tables.rules]

    def parse(self, text: str, start: str = "file") -> lark.Tree[lark.Token]:
        """The tree of a whole text. Raises Unexpected."""
        tree: lark.Tree[lark.Token] = self._tables.parse(text, 0, len(text), start, self._methods)
        return tree


class _Node:
    """Makes the node of one rule."""

    def __init__(self, tree: Any, token: Any, name: str) -> None:
        self._tree, self._token, self._name = tree, token, name

    def __call__(self, items: list[Any]) -> Any:
        return self._tree(self._name, [self._word(item) if isinstance(item, Token) else item for item in items])

    def _word(self, token: Token) -> Any:
        return self._token(token.kind, token.text, start_pos=token.start, end_pos=token.end)


def parser() -> Trees:
    """The language's parser, without the builder of nodes."""
    return Trees()


def main() -> None:
    """Writes the table beside the grammar, if the one there is not this grammar's."""
    path, grammar, table = FOLDER / TABLE, (FOLDER / GRAMMAR).read_text("utf-8"), _shipped(FOLDER)
    if table and "--force" not in sys.argv and table.get("seal") == seal(grammar):
        print(f"{path.name} is this grammar's")
        return
    path.write_bytes(table_of(grammar))
    print(f"{path.name} is made anew")


if __name__ == "__main__":
    main()
