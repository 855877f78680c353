"""Grammar -> lark's parser, quickly: the tables are shipped ready-made, since to work them out takes longer than all
else at a start.

In: the grammar, a transformer. Out: a `Lark`. Must not know what the rules of the grammar mean.

`grammar.table` is made by `make grammar` (`python -m dsl.syntax.parser_table`). It carries a seal over the grammar's text, the
options and the versions of lark and of this module; where the seal does not fit, or the file is not there, the
tables are worked out from the grammar: slower, and the same. Nothing is ever written at a start, and the file is
JSON, so that reading it runs no code.
"""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import sys
import zlib
from importlib.resources import files
from pathlib import Path
from typing import Any

import lark
from lark import Lark, Token
from lark.visitors import Transformer

TABLE = "grammar.table"
_FORMAT = 1
_OPTIONS: dict[str, Any] = {
    "parser": "lalr",
    "lexer": "contextual",
    "start": ["file", "expression", "bindings"],
    "keep_all_tokens": True,
    "maybe_placeholders": True,
}


def parser(transformer: Transformer[Token, Any] | None = None) -> Lark:
    """The language's parser, from the ready-made tables where they are this grammar's."""
    grammar = _grammar()
    table = _shipped()
    fresh = table is not None and table.get("seal") == seal(grammar)
    return _load(table, transformer) if table and fresh else build(grammar, transformer)


def build(grammar: str, transformer: Transformer[Token, Any] | None = None) -> Lark:
    """The parser of a grammar, worked out from its text."""
    return Lark(grammar, transformer=transformer, **_OPTIONS)


def seal(grammar: str) -> str:
    """What a table must carry to be used for a grammar."""
    parts = (grammar, json.dumps(_OPTIONS, sort_keys=True), lark.__version__, str(_FORMAT))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def table_of(grammar: str) -> bytes:
    """The tables of a grammar as a file, with their seal."""
    saved = io.BytesIO()
    build(grammar).save(saved)
    tables = pickle.loads(saved.getvalue())  # what lark has just written in memory
    text = json.dumps({"lark": lark.__version__, "seal": seal(grammar), **tables}, separators=(",", ":"))
    return zlib.compress(text.encode(), 9)


def _grammar() -> str:
    return files("dsl.syntax").joinpath("grammar.lark").read_text("utf-8")


def _shipped() -> dict[str, Any] | None:
    """The table beside the grammar, or None where there is none that can be read."""
    try:
        table: object = json.loads(
            zlib.decompress(files("dsl.syntax").joinpath(TABLE).read_bytes()), object_pairs_hook=_with_numbers
        )
    except (OSError, ValueError, zlib.error):
        return None
    return table if isinstance(table, dict) else None


def _with_numbers(pairs: list[tuple[str, Any]]) -> dict[Any, Any]:
    """JSON knows keys of text alone; lark numbers its states, tokens and rules."""
    if pairs and pairs[0][0].isdecimal():
        return {int(key): value for key, value in pairs}
    return dict(pairs)


def _load(table: dict[str, Any], transformer: Transformer[Token, Any] | None) -> Lark:
    # Lark.load takes no transformer; this is what it and lark's stand-alone parsers call, and the seal holds the version.
    loaded: Lark = Lark._load_from_dict(table["data"], table["memo"], transformer=transformer)  # type: ignore[no-untyped-call]
    return loaded


def main() -> None:
    """Writes the table beside the grammar, if the one there is not this grammar's."""
    path, grammar, table = Path(__file__).with_name(TABLE), _grammar(), _shipped()
    if table and "--force" not in sys.argv and table.get("seal") == seal(grammar):
        print(f"{path.name} is this grammar's")
        return
    path.write_bytes(table_of(grammar))
    print(f"{path.name} is made anew")


if __name__ == "__main__":
    main()
