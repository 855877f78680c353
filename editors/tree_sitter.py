"""The files of the grammar for tree-sitter (Helix, Zed, Neovim, Emacs), made from the language's own.

    python -m editors.tree_sitter            # writes grammar, scanner and queries; the parser, where the program `tree-sitter` is
    python -m editors.tree_sitter --check    # says which are not current

In: `dsl/syntax/grammar.lark`. Out: files in `editors/tree-sitter-thesis`, `editors/helix` and `editors/zed`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from dsl.syntax.parser_table import FOLDER, GRAMMAR
from dsl.syntax.syntax_errors import DECLARATION_WORDS
from editors.grammar import Grammar
from editors.queries import queries

HERE = Path(__file__).parent / "tree-sitter-thesis"
ABI = 14
"""The form of the parser's tables, which editors since 2022 read."""
_SEAL = "// Made from grammar.json of SHA-256 "


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
