"""The grammar for tree-sitter (Helix, Zed, Neovim, Emacs), made from the language's own.

    python -m editors.tree_sitter            # writes grammar, scanner and queries; the parser, where the program `tree-sitter` is
    python -m editors.tree_sitter --check    # says which are not current

In: `dsl/syntax/grammar.lark`, read by lark. Out: files in `editors/tree-sitter-thesis`. Of a text without mistakes of syntax the
tree is lark's tree, node for node (tests hold that); only a sentence (`because "…"`) has the figures in its braces as nodes.

- A rule is a node of its name (`if_` is `if`), a rule with `?` a hidden one, an alias a node; a terminal is a node with its name in
  small letters, NAME is `identifier`, words that are written out are themselves.
- The first NAME and the first text of a declaration have the fields `name` and `title`.
- Words that begin a declaration are reserved everywhere, so that after a mistake reading goes on at the next declaration:
  tree-sitter knows no such words, and `scanner.c` says them.
- What stands last may be missing: a bracket or a sentence that is not closed, an `if` without `else`. While it is written the next
  declaration would be taken for its end, and with it all that follow.
- What the end of a word forbids to follow it is left out: tree-sitter has no look-ahead. So some texts are read here in which
  lark finds a mistake; the mistake is said by the language server.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from dsl.syntax.parser_table import FOLDER, GRAMMAR
from dsl.syntax.syntax_errors import DECLARATION_WORDS

HERE = Path(__file__).parent / "tree-sitter-thesis"
NAME = "identifier"
WORDS = {"NAME": NAME, "COMPARE": "comparator"}
"""Terminals that have another name here, since a rule has theirs."""
SENTENCES = ("because_clause", "else_clause")
"""The rules whose text may hold figures in braces."""
_CHOICE, _CLOSES = "if_", ")"
"""What is written last may be missing: an `else`, what closes a bracket or a sentence."""
_START, _DECLARATION = "file", "declaration"
ABI = 14
"""The form of the parser's tables, which editors since 2022 read."""
_SEAL = "// Made from grammar.json of SHA-256 "

Json = dict[str, Any]


def symbol(name: str) -> Json:
    """A rule, by its name."""
    return {"type": "SYMBOL", "name": name}


def written(text: str) -> Json:
    """A word that is written out."""
    return {"type": "STRING", "value": text}


def pattern(text: str) -> Json:
    """A word by its pattern."""
    return {"type": "PATTERN", "value": text}


def _of(kind: str, members: list[Json]) -> Json:
    return members[0] if len(members) == 1 else {"type": kind, "members": members}


def _maybe(content: Json) -> Json:
    return {"type": "CHOICE", "members": [content, {"type": "BLANK"}]}


def _field(name: str, content: Json) -> Json:
    return {"type": "FIELD", "name": name, "content": content}


def _token(content: Json, priority: int = 0, immediate: bool = False) -> Json:
    inner = {"type": "PREC", "value": priority, "content": content} if priority else content
    return {"type": "IMMEDIATE_TOKEN" if immediate else "TOKEN", "content": inner}


def _reads_on(content: Json) -> Json:
    """Where a rule could end and could go on it goes on, as in lark."""
    return {"type": "PREC_RIGHT", "value": 0, "content": content}


class Grammar:
    """The grammar as lark reads it, turned into that of tree-sitter."""

    def __init__(self, text: str) -> None:
        from lark.load_grammar import load_grammar

        read: Any = load_grammar(text, GRAMMAR, [], False)[0]
        self._rules = {str(name): (tree, options) for name, _, tree, options in read.rule_defs}
        self._terminals = {str(name): (tree, priority) for name, (tree, priority) in read.term_defs}
        self._ignored = [str(name) for name in read.ignore]
        aliases = [
            (name, alias) for name, (tree, _) in self._rules.items() for alias in {_alias(a) for a in tree.children}
        ]
        self._hidden = {name for name, (_, options) in self._rules.items() if options.expand1}
        self._hidden |= {name for name, alias in aliases if alias}
        self._shared = {alias for alias, n in Counter(alias for _, alias in aliases).items() if alias and n > 1}
        self._nodes = {name.rstrip("_") for name in (*self._rules, *(alias for _, alias in aliases))}
        self._declarations = {str(s) for s in _symbols(self._rules[_DECLARATION][0])}
        self._made: dict[str, Json] = {}

    @property
    def terminals(self) -> tuple[str, ...]:
        """The names of the terminals."""
        return tuple(self._terminals)

    def as_json(self) -> Json:
        """The whole grammar in the form that `tree-sitter generate` takes."""
        self._rule(_START)
        extras = [self._terminal(name) for name in self._ignored]
        return {
            "name": "thesis",
            "word": NAME,
            "rules": {name: _reads_on(made) if "members" in made else made for name, made in self._made.items()},
            "extras": [*extras, symbol("_nothing")],
            "conflicts": [],
            "precedences": [],
            "externals": [*map(written, DECLARATION_WORDS), symbol("_nothing")],
            "inline": [],
            "supertypes": [],
        }

    # --- rules --------------------------------------------------------------------------------------------

    def _rule(self, name: str) -> Json:
        """What stands for a rule where it is asked for; it is made when it is met first."""
        shown = self.node(name)
        if shown not in self._made:
            self._made[shown] = {}  # its place: rules ask for each other in circles
            tree, _ = self._rules[name]
            self._made[shown] = _of("CHOICE", self._alternatives(name, tree))
        return symbol(shown)

    def node(self, name: str) -> str:
        """The name of a rule's nodes; one that begins with _ has none."""
        return f"_{name}" if name in self._hidden else name.rstrip("_")

    def _alternatives(self, rule: str, tree: Any) -> list[Json]:
        """Of a rule: what it may be. In a hidden one each is a node by itself."""
        found: list[Json] = []
        for each in tree.children:
            alias = _alias(each)
            made = self._sequence(rule, each.children[0] if alias else each)
            if alias == _CHOICE:
                *first, word, last = made["members"]
                made = _of("SEQ", [*first, _maybe(_of("SEQ", [word, last]))])
            if alias or (rule in self._hidden and made["type"] != "SYMBOL"):
                made = self._named(rule, alias or rule, made)
            if made not in found:
                found.append(made)
        return found

    def _named(self, rule: str, name: str, made: Json) -> Json:
        """An alternative that is a node by itself: where two rules make nodes of one name, each has a hidden rule of its own."""
        shown = name.rstrip("_")
        inner = f"_{rule}_{shown}" if name in self._shared else shown
        before = self._made.get(inner)
        self._made[inner] = {"type": "CHOICE", "members": [before, made]} if before else made
        if inner == shown:
            return symbol(shown)
        return {"type": "ALIAS", "content": symbol(inner), "named": True, "value": shown}

    def _sequence(self, rule: str, tree: Any) -> Json:
        parts = [self._part(rule, child) for child in tree.children]
        if rule in self._declarations:
            _name_field(parts, "name", lambda part: part == symbol(NAME))
            _name_field(parts, "title", lambda part: symbol("string") in (part, part.get("members", [None])[0]))
        return _of("SEQ", parts)

    def _part(self, rule: str, tree: Any) -> Json:
        if tree.data == "value":
            return self._value(rule, tree.children[0])
        if tree.data == "expansions":
            inside = "" if rule in self._declarations else rule  # the name stands outside of brackets
            return _of("CHOICE", [self._sequence(inside, each) for each in tree.children])
        if tree.data == "maybe":
            return _maybe(self._part(rule, tree.children[0]))
        assert tree.data == "expr", tree.data
        inner, sign = self._part(rule, tree.children[0]), str(tree.children[1])
        if sign == "?":
            return _maybe(inner)
        return {"type": {"*": "REPEAT", "+": "REPEAT1"}[sign], "content": inner}

    def _value(self, rule: str, value: Any) -> Json:
        if getattr(value, "data", "") == "literal":
            word = written(json.loads(value.children[0]))
            return _maybe(word) if word == written(_CLOSES) else word
        name = str(value.name)
        if not value.is_term:
            return self._rule(name)
        return self._sentence() if rule in SENTENCES and name == "STRING" else self._terminal(name)

    # --- words --------------------------------------------------------------------------------------------

    def _terminal(self, name: str) -> Json:
        if name.startswith("_"):
            return self._content(name)
        shown = WORDS.get(name, name.lower())
        assert shown not in self._nodes, f"{name} needs a name of its own here: add it to WORDS"
        self._made.setdefault(shown, self._content(name))
        return symbol(shown)

    def _content(self, name: str) -> Json:
        tree, priority = self._terminals[name]
        words = [_word(each) for each in tree.children]
        if all(isinstance(word, dict) for word in words):
            return _of("CHOICE", words)
        assert len(words) == 1, name
        made = pattern(_without_looking_on(words[0]))
        return _token(made, priority) if priority else made

    def _sentence(self) -> Json:
        """A text with figures in braces."""
        part = _token(pattern(r'[^"{}\n]+'), 1, immediate=True)
        self._made.setdefault("words", part)
        figure = _of("SEQ", [_token(written("{"), 0, immediate=True), self._rule("expr"), written("}")])
        self._made.setdefault("figure", figure)
        parts = {"type": "REPEAT", "content": _of("CHOICE", [symbol("words"), symbol("figure")])}
        self._made.setdefault(
            "sentence", _of("SEQ", [written('"'), parts, _maybe(_token(written('"'), 0, immediate=True))])
        )
        return symbol("sentence")


def _alias(tree: Any) -> str:
    return str(tree.children[1].name) if tree.data == "alias" else ""


def _symbols(tree: Any) -> Iterator[Any]:
    for value in tree.find_data("value"):
        if hasattr(value.children[0], "name"):
            yield value.children[0].name


def _name_field(parts: list[Json], name: str, wanted: Any) -> None:
    """Gives the first part that is wanted a name."""
    at = next((n for n, part in enumerate(parts) if wanted(part)), None)
    if at is not None:
        parts[at] = _field(name, parts[at])


def _word(tree: Any) -> Json | str:
    """A word that is written out, or the pattern of one."""
    (value,) = tree.children
    (literal,) = value.children
    token = literal.children[0]
    return written(json.loads(token)) if token.type == "STRING" else str(token)[1:-1]


def _without_looking_on(text: str) -> str:
    """A pattern without what may not stand at its beginning or behind it."""
    found = re.sub(r"\(\?!\[[^\]]*\]\)$", "", text)
    found = re.sub(r"^\(\?!\(\?:[a-z|]+\)\\b\)", "", found)
    assert not re.search(r"\(\?[^:]", found), f"tree-sitter cannot look on: {text}"
    return found


# --- files ----------------------------------------------------------------------------------------------------


@cache
def grammar() -> str:
    """grammar.json."""
    made = Grammar((FOLDER / GRAMMAR).read_text("utf-8")).as_json()
    return json.dumps(made, indent=1, ensure_ascii=True) + "\n"


def scanner() -> str:
    """scanner.c: the words that begin a declaration, wherever they stand."""
    words = "\n".join(f'  "{word}",' for word in DECLARATION_WORDS)
    longest = max(map(len, DECLARATION_WORDS))
    return f"""// Made by `python -m editors.tree_sitter`.
// Words that begin a declaration are reserved: they end whatever stands before them, so that after a mistake reading goes on at the
// next declaration. `_nothing` is never found; it may stand anywhere, so that these words are looked for everywhere.
#include "tree_sitter/parser.h"

static const char *const WORDS[] = {{
{words}
}};

static bool of_a_word(int32_t c) {{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}}

static bool between_words(int32_t c) {{
  return c == ' ' || c == '\\t' || c == '\\n' || c == '\\r' || c == '\\f' || c == 0xa0 || c == 0x3000;
}}

static bool same(const char *one, const char *other) {{
  while (*one && *one == *other) one++, other++;
  return *one == *other;
}}

bool tree_sitter_thesis_external_scanner_scan(void *none, TSLexer *lexer, const bool *valid) {{
  (void)none;
  (void)valid;
  char word[{longest + 1}];
  unsigned size = 0;
  while (between_words(lexer->lookahead)) lexer->advance(lexer, true);
  while (of_a_word(lexer->lookahead)) {{
    if (size == sizeof(word) - 1) return false;
    word[size++] = (char)lexer->lookahead;
    lexer->advance(lexer, false);
  }}
  word[size] = 0;
  for (unsigned n = 0; size && n < sizeof(WORDS) / sizeof(*WORDS); n++) {{
    if (same(word, WORDS[n])) {{
      lexer->result_symbol = (TSSymbol)n;
      return true;
    }}
  }}
  return false;
}}

void *tree_sitter_thesis_external_scanner_create(void) {{ return 0; }}
void tree_sitter_thesis_external_scanner_destroy(void *none) {{ (void)none; }}
unsigned tree_sitter_thesis_external_scanner_serialize(void *none, char *buffer) {{
  (void)none;
  (void)buffer;
  return 0;
}}
void tree_sitter_thesis_external_scanner_deserialize(void *none, const char *buffer, unsigned length) {{
  (void)none;
  (void)buffer;
  (void)length;
}}
"""


def files() -> dict[Path, str]:
    """Every file that is made without the program `tree-sitter`, with what must stand in it."""
    from editors.queries import queries

    made = {HERE / "src" / "grammar.json": grammar(), HERE / "src" / "scanner.c": scanner()}
    return made | queries(json.loads(grammar()))


def seal() -> str:
    """The first line of the parser's file: of which grammar it is."""
    return f"{_SEAL}{hashlib.sha256(grammar().encode()).hexdigest()}"


def stale() -> list[Path]:
    """The files that do not say what the language says now."""
    old = [path for path, text in files().items() if not path.is_file() or path.read_text("utf-8") != text]
    parser = HERE / "src" / "parser.c"
    current = parser.is_file() and parser.read_text("utf-8").partition("\n")[0] == seal()
    return old if current else [*old, parser]


def _generated() -> str | None:
    """The parser in C; None where the program that makes it is not there."""
    program = shutil.which("tree-sitter")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "grammar.json"
        place.write_text(grammar(), "utf-8")
        subprocess.run([program, "generate", "--abi", str(ABI), str(place)], cwd=folder, check=True)
        return seal() + "\n" + (Path(folder) / "src" / "parser.c").read_text("utf-8")


def main(arguments: list[str]) -> int:
    """Writes the files, or says which are not current."""
    old, made = stale(), files()
    if "--check" in arguments:
        for path in old:
            print(f"{path.relative_to(HERE.parent.parent)} is not current: run `python -m editors.tree_sitter`")
        return 1 if old else 0
    for path in old:
        text = made.get(path) or _generated()
        if text is None:
            print(
                f"{path.name} is of another grammar: it is made anew where the program `tree-sitter` is (npm install tree-sitter-cli)"
            )
            return 1
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
        print(f"{path.relative_to(HERE.parent.parent)} is made anew")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
