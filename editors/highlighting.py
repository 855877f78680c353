"""Highlighting for editors, made from the language's own tables: a TextMate grammar (VS Code, GitHub, Sublime, JetBrains), a
syntax file for Vim and Neovim, a mode for Emacs, snippets.

    python -m editors.highlighting            # writes the files anew
    python -m editors.highlighting --check    # says which are not current

In: the grammar's words, functions, outlines. Out: files. A test holds that they are current.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from dsl.ide.keywords import KEYWORDS, OUTLINES
from dsl.syntax.parser_table import tables
from dsl.syntax.syntax_errors import DECLARATION_WORDS
from dsl.types.functions import DISTRIBUTIONS, FUNCTIONS

HERE = Path(__file__).parent
_TYPES = ("BASE", "CHOICE", "SET", "FREQUENCY", "SHARE")
_CONSTANTS = ("TRUE", "FALSE", "UNKNOWN", "KNOWN", "TONE")
_WORD_OPERATORS = (
    "AND",
    "OR",
    "NOT",
    "IS",
    "IN",
    "BETWEEN",
    "INCLUDES",
    "CONTAINS",
    "HAS",
    "HAPPENED",
    "IF",
    "ELSE",
    "THEN",
)
_ABOUT_ANOTHER = ("override", "drop")
"""Behind these stands what is declared elsewhere: `override param x`."""
STATUSES = ("supported", "undermined", "contested", "open", "meaningful", "met", "missed", "pending")


def kinds() -> dict[str, list[str]]:
    """The words of the language by what they are: each word once."""
    known = tables().spellings
    found: dict[str, list[str]] = {"declaration": list(DECLARATION_WORDS)}
    taken = set(DECLARATION_WORDS)
    for name, group in (("type", _TYPES), ("constant", _CONSTANTS), ("operator", _WORD_OPERATORS)):
        words = sorted({word for kind in group for word in known.get(kind, ()) if word not in taken})
        found[name] = words
        taken |= set(words)
    found["constant"] = sorted({*found["constant"], *STATUSES})
    found["clause"] = sorted({word for words in known.values() for word in words} - taken - set(STATUSES))
    found["function"] = sorted(
        {*(name for name in FUNCTIONS if " " not in name), *DISTRIBUTIONS}
    )  # `sum`, `over` are there
    return found


def _any(words: list[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


def textmate() -> dict[str, Any]:
    """The TextMate grammar."""
    by = kinds()

    def word(name: str, words: str) -> dict[str, str]:
        return {"name": f"{name}.thesis", "match": rf"\b(?:{words})\b"}

    naming = [word for word in by["declaration"] if word not in _ABOUT_ANOTHER]
    declared = {
        "match": rf"\b({_any(naming)})[ \t]+([A-Za-z_]\w*)",
        "captures": {"1": {"name": "keyword.declaration.thesis"}, "2": {"name": "entity.name.thesis"}},
    }
    text = {
        "name": "string.quoted.double.thesis",
        "begin": '"',
        "end": '"|$',
        "patterns": [
            {
                "name": "meta.embedded.thesis",
                "begin": r"\{",
                "end": r'\}|(?=")|$',
                "beginCaptures": {"0": {"name": "punctuation.section.embedded.begin.thesis"}},
                "endCaptures": {"0": {"name": "punctuation.section.embedded.end.thesis"}},
                "patterns": [{"include": "#words"}],
            }
        ],
    }
    numbers = [
        {"name": "constant.other.date.thesis", "match": r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"},
        {
            "name": "constant.numeric.thesis",
            "match": r"\b[0-9]+(?:\.[0-9]+)?(?:[ \t]?(?:k|m|bn|tn)?[ \t]?[A-Z]{3}\b|[ \t]?%|[ \t]?(?:pp|bps?)\b|(?:x|k|m|bn|tn)\b|\b)",
        },
    ]
    words = [
        {
            "match": rf"\b({_any(by['function'])})(?=\()",
            "captures": {"1": {"name": "support.function.thesis"}},
        },
        word("support.type", _any(by["type"])),
        word("constant.language", _any(by["constant"])),
        word("keyword.operator.word", _any(by["operator"])),
        word("keyword.control", _any(by["clause"])),
        *numbers,
        {"name": "keyword.operator.thesis", "match": r"<=|>=|==|!=|[-+*/^<>=~]"},
        {"name": "variable.other.thesis", "match": r"\b[A-Za-z_]\w*\b"},
    ]
    return {
        "name": "Thesis",
        "scopeName": "source.thesis",
        "fileTypes": ["thesis"],
        "patterns": [
            {"name": "comment.line.number-sign.thesis", "match": r"\#.*$"},
            text,
            declared,
            word("keyword.declaration", _any(by["declaration"])),
            {"include": "#words"},
        ],
        "repository": {"words": {"patterns": words}},
    }


def vim() -> str:
    """The syntax file for Vim and Neovim."""
    by = kinds()
    groups = {
        "thesisDeclaration": by["declaration"], "thesisClause": by["clause"], "thesisType": by["type"],
        "thesisConstant": by["constant"], "thesisOperator": by["operator"], "thesisFunction": by["function"],
    }  # fmt: skip
    lines = ['" Made by `python -m editors.highlighting`.', 'if exists("b:current_syntax")', "  finish", "endif"]
    lines += [f"syntax keyword {group} {' '.join(words)}" for group, words in groups.items()]
    lines += [
        r'syntax match thesisNumber "\v<\d+(\.\d+)?(\s?\%|x>|pp>|bps?>|\s?(k|m|bn|tn)?(\s?[A-Z]{3}>)?)"',
        r'syntax match thesisDate "\v<\d{4}-\d{2}-\d{2}>"',
        r'syntax region thesisFigure start="{" end="}" contained oneline contains=thesisFunction,thesisNumber',
        r'syntax region thesisString start=/"/ end=/"/ oneline contains=thesisFigure',
        r'syntax match thesisComment "#.*$"',
        "highlight default link thesisDeclaration Keyword",
        "highlight default link thesisClause Statement",
        "highlight default link thesisType Type",
        "highlight default link thesisConstant Constant",
        "highlight default link thesisOperator Operator",
        "highlight default link thesisFunction Function",
        "highlight default link thesisNumber Number",
        "highlight default link thesisDate Number",
        "highlight default link thesisString String",
        "highlight default link thesisFigure Special",
        "highlight default link thesisComment Comment",
        'let b:current_syntax = "thesis"',
    ]
    return "\n".join(lines) + "\n"


def emacs() -> str:
    """The mode for Emacs, with eglot told of the server."""
    by = kinds()

    def words(name: str) -> str:
        return " ".join(f'"{word}"' for word in by[name])

    naming = " ".join(f'"{word}"' for word in by["declaration"] if word not in _ABOUT_ANOTHER)
    return f""";;; thesis-mode.el --- Investment theses as rules -*- lexical-binding: t -*-
;; Made by `python -m editors.highlighting`.
;;; Code:
(defvar thesis-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\\n ">" table)
    (modify-syntax-entry ?_ "w" table)
    table))

(defvar thesis-declared
  (concat "\\\\_<" (regexp-opt '({naming}) t) "[ \\t]+\\\\([A-Za-z_][A-Za-z0-9_]*\\\\)")
  "A word that begins a declaration, and the name behind it.")

(defvar thesis-font-lock-keywords
  `((,thesis-declared 2 font-lock-variable-name-face)
    (,(regexp-opt '({words("declaration")}) 'words) . font-lock-keyword-face)
    (,(regexp-opt '({words("clause")}) 'words) . font-lock-builtin-face)
    (,(regexp-opt '({words("operator")}) 'words) . font-lock-builtin-face)
    (,(regexp-opt '({words("type")}) 'words) . font-lock-type-face)
    (,(regexp-opt '({words("constant")}) 'words) . font-lock-constant-face)
    (,(regexp-opt '({words("function")}) 'words) . font-lock-function-name-face)))

;;;###autoload
(define-derived-mode thesis-mode prog-mode "Thesis"
  "Mode for rule files of thesis."
  (setq-local comment-start "# ")
  (setq-local comment-start-skip "#+[ \\t]*")
  (setq-local indent-tabs-mode nil)
  (setq-local tab-width 2)
  (setq-local imenu-generic-expression `((nil ,(concat "^\\\\(?:override[ \\t]+\\\\)?" thesis-declared) 2)))
  (setq-local font-lock-defaults '(thesis-font-lock-keywords)))

(defvar eglot-server-programs)

;;;###autoload
(add-to-list 'auto-mode-alist '("\\\\.thesis\\\\'" . thesis-mode))
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(thesis-mode . ("thesis" "lsp"))))

(provide 'thesis-mode)
;;; thesis-mode.el ends here
"""


def snippets() -> dict[str, Any]:
    """The outlines of declarations as snippets of VS Code."""
    return {
        word: {"prefix": word, "body": outline.split("\n"), "description": KEYWORDS.get(word, "")}
        for word, outline in OUTLINES.items()
    }


def configuration() -> dict[str, Any]:
    """What VS Code must know of the text itself: brackets, comments, words, where a line is indented."""
    long = [word for word in DECLARATION_WORDS if "\n" in OUTLINES.get(word, "")]
    return {
        "comments": {"lineComment": "#"},
        "brackets": [["(", ")"], ["{", "}"]],
        "autoClosingPairs": [
            {"open": "(", "close": ")"},
            {"open": '"', "close": '"', "notIn": ["string", "comment"]},
            {"open": "{", "close": "}"},
        ],
        "surroundingPairs": [["(", ")"], ['"', '"']],
        "wordPattern": "[A-Za-z_][A-Za-z0-9_]*",
        "indentationRules": {
            "increaseIndentPattern": rf"^({'|'.join(long)})\b",
            "decreaseIndentPattern": rf"^\s*({'|'.join(DECLARATION_WORDS)})\b",
        },
    }


def files() -> dict[Path, str]:
    """Every file that is made, with what must stand in it."""

    def as_json(value: object) -> str:
        return json.dumps(value, indent=2, ensure_ascii=False) + "\n"

    return {
        HERE / "textmate" / "thesis.tmLanguage.json": as_json(textmate()),
        HERE / "vim" / "syntax" / "thesis.vim": vim(),
        HERE / "vim" / "ftdetect" / "thesis.vim": "autocmd BufRead,BufNewFile *.thesis setfiletype thesis\n",
        HERE / "emacs" / "thesis-mode.el": emacs(),
        HERE / "vscode" / "snippets" / "thesis.json": as_json(snippets()),
        HERE / "vscode" / "language-configuration.json": as_json(configuration()),
    }


def stale() -> list[Path]:
    """The files that do not say what the language says now."""
    return [p for p, text in files().items() if not p.is_file() or p.read_text("utf-8") != text]


def main(arguments: list[str]) -> int:
    """Writes the files, or says which are not current."""
    old = stale()
    if "--check" in arguments:
        for path in old:
            print(f"{path.relative_to(HERE.parent)} is not current: run `python -m editors.highlighting`")
        return 1 if old else 0
    for path in old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files()[path], "utf-8")
        print(f"{path.relative_to(HERE.parent)} is made anew")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
