"""The reference is complete and true: each word, function and form of the language has an example there that is run."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from lark import Lark, Token, Tree

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.lowering.scope import STATUSES
from dsl.syntax.parser_table import build
from dsl.text.source import SourceFile
from dsl.types.functions import DISTRIBUTIONS, FUNCTIONS, Function, Shape
from tests.conftest import Golden
from tests.docs.blocks import ROOT, blocks, files_of
from tests.docs.worked import Row, filled, rows

PAGE = ROOT / "docs" / "language.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = list(blocks("docs/language.md", TEXT))
FILES = files_of(BLOCKS)
RULES, FACTS = FILES["grower.thesis"], FILES["EXMPL.yaml"]
HEAD = "| function | takes | gives | where something is unknown |\n| --- | --- | --- | --- |\n"


def as_of() -> dt.date:
    """The day that the page names."""
    found = re.search(r"`--as-of (\d{4}-\d{2}-\d{2})`", TEXT)
    assert found
    return dt.date.fromisoformat(found[1])


def row(of: Function) -> str:
    return f"| `{of.name}` | {of.takes()} | {of.meaning} | {of.missing} |\n"


def test_every_example_gives_what_the_page_says(golden: Golden) -> None:
    before, _, rest = TEXT.partition(HEAD)
    after = rest[rest.index("\n") :] if not rest.startswith("|") else rest[rest.index("\n\n") + 1 :]
    table = HEAD + "".join(row(of) for of in FUNCTIONS.values())
    golden(PAGE, filled(before + table + after, RULES, FACTS, as_of()))


# --- nothing of the language is without an example -----------------------------------------------------------

FILE_ONLY = {"file", "expression"}
"""Rules of the grammar that are whole texts."""
ANY_OF_ITS_WORDS = {"KIND"}
"""Words of which one stands for all: after `drop`, the word of any declaration."""


def examples() -> dict[str, Row]:
    """The expressions whose value the page shows, each with its row."""
    return {row.expression: row for row in rows(TEXT)}


def all_rules() -> str:
    """Every rule of the page that the tests check or evaluate, as one text."""
    files = [text for name, text in FILES.items() if name.endswith(".thesis")]
    alone = [b.text for b in BLOCKS if b.language == "thesis" and b.name is None]
    return "\n".join([*files, *alone, *(f"metric shown = {expression}" for expression in examples())])


def parts(tree: Tree[Token]) -> Iterator[Tree[Token] | Token]:
    """Every node and every word of a tree."""
    for node in tree.iter_subtrees():
        yield node
        yield from (child for child in node.children if isinstance(child, Token))


def missing_from(text: str, lark: Lark) -> list[str]:
    """What the grammar knows and a text does not use: its rules, its words, and each alternative of a word."""
    used = list(parts(lark.parse(text, start="file")))
    nodes = {str(n.data) for n in used if isinstance(n, Tree)}
    words = {(t.type, str(t)) for t in used if isinstance(t, Token)}
    found = []
    for rule in lark.rules:
        name = rule.alias or str(rule.origin.name)
        inlined = rule.options.expand1 and not rule.alias and len(rule.expansion) == 1
        helper = name.startswith("__")  # how lark writes what may be repeated
        if name not in nodes | FILE_ONLY and not inlined and not helper:
            found.append(name)
    for terminal in lark.terminals:
        kind, pattern = terminal.name, terminal.pattern.value
        if kind == "COMMENT" or kind.startswith("__"):
            continue
        either = re.fullmatch(r"\(\?:([^()]+)\)", pattern)
        texts = either[1].replace("\\", "").split("|") if either and kind not in ANY_OF_ITS_WORDS else [None]
        for text in texts:
            if not any(kind == k and text in (None, t) for k, t in words):
                found.append(f"{kind} {text or ''}".strip())
    return sorted(set(found))


def test_every_form_and_word_of_the_grammar_has_an_example() -> None:
    assert missing_from(all_rules(), build()) == []


def test_a_form_or_word_without_an_example_is_found() -> None:
    text = re.sub(r"(?m)^kill .*\n(?:  .*\n)*", "", all_rules()).replace("!=", "=").replace("per week", "per day")
    assert missing_from(text, build()) == ["COMPARE !=", "FREQUENCY week", "KILL", "by_clause", "kill"]


def test_every_function_shows_what_it_gives_and_what_it_gives_where_something_lacks() -> None:
    whole, lacking = set(), set()
    for expression, row in examples().items():
        called = set(re.findall(r"(sum over segments|[a-z_]+)\(", expression))
        vague = re.search("unknown|at least|at most| to | or ", row.cells[row.at])
        passed_over = "first_known" in called or expression == "latest(capex)"
        (lacking if vague else whole).update(called)
        if passed_over:
            lacking.update(called)
    assert set(FUNCTIONS) - whole == set()
    assert set(FUNCTIONS) - lacking == set()
    for name in (n for n, of in FUNCTIONS.items() if of.shape is Shape.REDUCE):
        assert any(re.match(rf"{name}\(\w+, \d+ \w+\)", e) for e in examples()), name


def test_every_status_of_a_pillar_and_every_distribution_is_shown() -> None:
    given = {row.cells[row.at] for row in examples().values()}
    assert set(STATUSES) <= given
    assert [s for s in STATUSES if not any(f" is {s}" in e for e in examples())] == []
    assert [d for d in DISTRIBUTIONS if f"~ {d}(" not in RULES] == []


def test_every_unit_of_a_duration_and_every_scale_of_a_figure_is_shown() -> None:
    text = all_rules()
    assert [u for u in ("day", "week", "month", "quarter", "year") if not re.search(rf"\d {u}s?\b", text)] == []
    assert [s for s in ("k", "m", "bn", "tn") if not re.search(rf"\d{s} [A-Z]{{3}}", text)] == []


def test_nothing_is_wrong_with_the_file_of_the_page_but_names_that_only_its_tables_ask_for() -> None:
    found = check_file(SourceFile("grower.thesis", RULES), Library(())).diagnostics
    assert [f"{d.code}: {d.message}" for d in found if d.code != "T080"] == []
    for unused in (d.message.split("`")[1] for d in found):
        assert any(re.search(rf"\b{unused}\b", e) for e in examples()), unused
