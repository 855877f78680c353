"""What an editor does with the nodes of the tree: colours, folds, indents, the outline, what can be selected as a whole.

In: the grammar for tree-sitter. Out: query files for Neovim and others (`tree-sitter-thesis/queries`), for Helix and for Zed, which
have names of their own for the same things. No two patterns colour one word, since editors differ in which of them counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from editors.highlighting import STATUSES, kinds

HERE = Path(__file__).parent
NEOVIM, HELIX, ZED = "tree-sitter-thesis/queries", "helix/queries/thesis", "zed/languages/thesis"
COLOURS: dict[str, tuple[str, str, str]] = {
    # what it is: its name in Neovim, Helix, Zed
    "declaration": ("keyword", "keyword", "keyword"),
    "clause": ("keyword", "keyword.control", "keyword"),
    "operator": ("keyword.operator", "keyword.operator", "operator"),
    "type": ("type.builtin", "type.builtin", "type"),
    "constant": ("constant.builtin", "constant.builtin", "constant"),
    "truth": ("boolean", "constant.builtin.boolean", "boolean"),
    "number": ("number", "constant.numeric", "number"),
    "text": ("string", "string", "string"),
    "comment": ("comment", "comment", "comment"),
    "function": ("function.builtin", "function.builtin", "function"),
    "declared": ("function", "function", "function"),
    "name": ("variable", "variable", "variable"),
    "member": ("constant", "constant", "constant"),
    "sign": ("operator", "operator", "operator"),
    "bracket": ("punctuation.bracket", "punctuation.bracket", "punctuation.bracket"),
    "comma": ("punctuation.delimiter", "punctuation.delimiter", "punctuation.delimiter"),
    "brace": ("punctuation.special", "punctuation.special", "punctuation.special"),
}
_NUMBERS = ["number", "scaled", "percent", "points", "basis_points", "multiple", "money", "date", "duration"]
_FUNCTIONS, _MEMBERS = ("call", "distribution"), ("predicate", "includes", "choice_type", "set_type")

Json = dict[str, Any]


class _Nodes:
    """What queries ask of a grammar."""

    def __init__(self, grammar: Json) -> None:
        self.rules: dict[str, Json] = grammar["rules"]
        whole = {_inside(rule)["value"] for rule in self.rules.values() if _inside(rule)["type"] == "STRING"}
        spelled = {part["value"] for rule in self.rules.values() for part in _parts(rule) if part["type"] == "STRING"}
        self.words = {word for word in spelled if word[0].isalpha() and word not in whole}
        """Words that are nodes by themselves: `critical` is none, it is the node `critical_clause`."""
        self.word_of = {
            name: _inside(rule)["value"] for name, rule in self.rules.items() if _inside(rule)["type"] == "STRING"
        }
        found = [part["name"] for part in _parts(self.rules["_declaration"]) if part["type"] == "SYMBOL"]
        self.declarations = [name for name in found if name != "override" and not name.startswith("_")]

    def named(self, rule: str) -> bool:
        """Whether a declaration has a name, and not a title alone."""
        return any(part["type"] == "FIELD" and part["name"] == "name" for part in _parts(self.rules[rule]))

    def first_words(self, rule: str) -> list[str]:
        """The words that a declaration may begin with."""
        first = _inside(self.rules[rule])["members"][0]
        return [part["value"] for part in _parts(first) if part["type"] == "STRING"]

    def with_names(self) -> Iterator[str]:
        """The nodes in which names stand that are not declared there."""
        for rule, made in self.rules.items():
            shown = next((p["value"] for r in self.rules.values() for p in _parts(r) if p["type"] == "ALIAS"
                          and p["content"]["name"] == rule), rule)  # fmt: skip
            if not shown.startswith("_") and {"type": "SYMBOL", "name": "identifier"} in list(
                _parts(made, fields=False)
            ):
                yield shown


def _inside(rule: Json) -> Json:
    while rule["type"].startswith("PREC"):
        rule = rule["content"]
    return rule


def _parts(rule: Json, fields: bool = True) -> Iterator[Json]:
    yield rule
    if rule["type"] == "FIELD" and not fields:
        return
    for part in (*rule.get("members", ()), *([rule["content"]] if "content" in rule else ())):
        yield from _parts(part, fields)


def _any(names: list[str]) -> str:
    return "[" + " ".join(names) + "]"


def _words(words: list[str]) -> str:
    return _any([f'"{word}"' for word in words])


def highlights(nodes: _Nodes, editor: int) -> str:
    """Colours."""
    name = {role: f"@{names[editor]}" for role, names in COLOURS.items()}
    by, lines = kinds(), []
    by["clause"] += [
        word for word in by["constant"] if word in STATUSES
    ]  # a status is a name, `meaningful when` a clause
    by["constant"] = [word for word in by["constant"] if word not in STATUSES]
    for role in ("declaration", "clause", "operator", "type", "constant"):
        lines.append(f"{_words([word for word in by[role] if word in nodes.words])} {name[role]}")
        lines += [f"({node}) {name[role]}" for node, word in nodes.word_of.items()
                  if word in by[role] and node not in ("true", "false")]  # fmt: skip
    lines += [
        f"[(true) (false)] {name['truth']}",
        f"{_any([f'({each})' for each in _NUMBERS])} {name['number']}",
        f"[(string) (words)] {name['text']}",
        f'(sentence "\\"" {name["text"]})',
        f'(figure ["{{" "}}"] {name["brace"]})',
        f"(comment) {name['comment']}",
        f"[(ticker) (currency)] {name['member']}",
        f"(over_segments) {name['function']}",
        f"[(comparator) (sign) (times)] {name['sign']}",
        f'["^" "~" ":"] {name["sign"]}',
        *(f'({each} "=" {name["sign"]})' for each in sorted(set(_with_equals(nodes)))),
        f'["(" ")"] {name["bracket"]}',
        f'"," {name["comma"]}',
        f"(_ name: (identifier) {name['declared']})",
    ]
    for each in sorted(set(nodes.with_names())):
        role = "function" if each in _FUNCTIONS else "member" if each in _MEMBERS else "name"
        lines.append(f"({each} (identifier) {name[role]})")
    statuses = "|".join(STATUSES)
    if (NEOVIM, HELIX, ZED)[editor] == NEOVIM:
        lines.append(f'((predicate (identifier) {name["constant"]}) (#match? {name["constant"]} "^({statuses})$"))')
    return "\n".join(lines) + "\n"


def _with_equals(nodes: _Nodes) -> Iterator[str]:
    for rule, made in nodes.rules.items():
        if not rule.startswith("_") and rule != "comparator" and {"type": "STRING", "value": "="} in list(_parts(made)):
            yield rule


def queries(grammar: Json) -> dict[Path, str]:
    """Every query file, with what must stand in it."""
    nodes = _Nodes(grammar)
    declared = [f"({each})" for each in nodes.declarations]
    comment = '((comment) @injection.content\n  (#set! injection.language "comment"))\n'
    blocks = _any([*declared, "(override)"])
    outlined = "\n".join(
        f"({each} {_words(nodes.first_words(each))} @context {_called(nodes, each)} @name) @item"
        for each in nodes.declarations
    )
    rows = "[(row) (otherwise)]"
    made = {
        f"{NEOVIM}/highlights.scm": highlights(nodes, 0),
        f"{NEOVIM}/folds.scm": f"{blocks} @fold\n",
        f"{NEOVIM}/indents.scm": f'{blocks} @indent.begin\n")" @indent.branch\n',
        f"{NEOVIM}/injections.scm": comment,
        f"{NEOVIM}/locals.scm": "(file) @local.scope\n"
        + "\n".join(f"({each} name: (identifier) @local.definition.var)" for each in nodes.declarations if nodes.named(each))
        + "\n(name (identifier) @local.reference)\n",
        f"{NEOVIM}/textobjects.scm": f"{blocks} @function.outer\n{_inner('@function.inner')}\n{rows} @conditional.outer\n"
        "(row (_) @conditional.inner)\n"
        "(arguments (_) @parameter.inner)\n(comment) @comment.outer\n",
        f"{HELIX}/highlights.scm": highlights(nodes, 1),
        f"{HELIX}/indents.scm": f"{blocks} @indent @extend\n",
        f"{HELIX}/injections.scm": comment,
        f"{HELIX}/textobjects.scm": f"{blocks} @function.around\n{_inner('@function.inside')}\n(example) @test.around\n"
        f"{rows} @entry.around\n(arguments (_) @parameter.inside)\n(comment) @comment.inside\n(comment)+ @comment.around\n",
        f"{ZED}/highlights.scm": highlights(nodes, 2),
        f"{ZED}/outline.scm": outlined + "\n",
        f"{ZED}/brackets.scm": '("(" @open ")" @close)\n("{" @open "}" @close)\n',
        f"{ZED}/indents.scm": '(_ "(" ")" @end) @indent\n',
        f"{ZED}/textobjects.scm": f"{blocks} @function.around\n{_inner('@function.inside')}\n(comment)+ @comment.around\n",
    }  # fmt: skip
    return {HERE / name: f"; Made by `python -m editors.tree_sitter`.\n{text}" for name, text in made.items()}


def _called(nodes: _Nodes, rule: str) -> str:
    return "name: (identifier)" if nodes.named(rule) else "title: (string)"


def _inner(capture: str) -> str:
    """What a declaration says, without its head."""
    says = "metric_value param_value when_clause because_clause assume_clause given_clause expect_clause row starts_clause type"
    return "\n".join(f"({each}) {capture}" for each in says.split())
