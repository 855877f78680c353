"""The grammar for tree-sitter is the language's own: current, and of every text that can be read its tree is lark's tree. Where the
library `tree-sitter` and a C compiler are, the parser is built as editors build it; elsewhere what needs it is skipped."""

from __future__ import annotations

import ctypes
import json
import re
import shutil
import subprocess
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from dsl.syntax.parse import parse, pieces
from dsl.syntax.parser_table import FOLDER, GRAMMAR, parser
from dsl.text.source import SourceFile
from editors import tree_sitter as made
from tests.paths import CASES, ROOT, RULES
from tests.support.layout_strategies import Program, programs, wild

Read = Callable[[str], Any]
"""Reads a text: the root of its tree."""
FOLDERS = (RULES, CASES / "valid", CASES / "format")
LARK = parser()


@pytest.fixture(scope="module")
def language(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The language, built from the C files that editors are given."""
    library = pytest.importorskip("tree_sitter", reason="the library tree-sitter is not installed")
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("there is no C compiler")
    source, built = made.HERE / "src", tmp_path_factory.mktemp("grammar") / "thesis.so"
    files = [str(source / "parser.c"), str(source / "scanner.c")]
    warnings = ["-std=c11", "-Wall", "-Wextra", "-Werror"]
    subprocess.run([compiler, *warnings, "-shared", "-fPIC", "-I", str(source), *files, "-o", str(built)], check=True)
    begin = ctypes.CDLL(str(built)).tree_sitter_thesis
    begin.restype = ctypes.c_void_p
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype, capsule.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return library.Language(capsule(begin(), b"tree_sitter.Language", None))


@pytest.fixture(scope="module")
def read(language: Any) -> Read:
    from tree_sitter import Parser

    reader = Parser(language)
    return lambda text: reader.parse(text.encode()).root_node


# --- what is made is current ------------------------------------------------------------------------------------


def test_the_files_are_those_of_the_grammar() -> None:
    assert made.stale() == []


def test_another_grammar_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (FOLDER / GRAMMAR).read_text("utf-8").replace('critical_clause: "critical"', 'critical_clause: "decisive"')
    changed = json.dumps(made.Grammar(text).as_json(), indent=1) + "\n"
    monkeypatch.setattr(made, "grammar", lambda: changed)
    assert {path.name for path in made.stale()} == {"grammar.json", "parser.c", "highlights.scm"}


@pytest.mark.parametrize(
    ("text", "has_figures"),
    [
        ('rules m "{"', False),
        ('rules m asks "{"', False),
        ('rules m view "{"', False),
        ('rules m\nparam p "{" = 1', False),
        ('rules m\nparam p = 1 source "{"', False),
        ('rules m\nparam p = 1 own "{"', False),
        ('rules m\nmetric a = b contains "{"', False),
        ('rules m\nverdict v when a is "{" then "B"', False),
        ('rules m\nverdict v when a then "{"', False),
        ('rules m\nverdict v otherwise "{"', False),
        ('rules m\nexample "{"', False),
        ('rules m\nbull b because "{"', True),
        ('rules m\nbull b else because "{"', True),
        ('rules m\nverdict v when a then "B" because "{"', True),
        ('rules m\nverdict v otherwise "B" because "{"', True),
        ('rules m\ncatalyst c because "{"', True),
        ('rules m\nkill k because "{"', True),
    ],
)
def test_figures_stand_in_the_texts_in_which_the_language_reads_them(read: Read, text: str, has_figures: bool) -> None:
    """A brace that is not closed is a mistake there and nowhere else; the tree has a sentence there and nowhere else."""
    assert has_figures == any(found.code == "T011" for found in parse(SourceFile("m.thesis", text)).diagnostics)
    assert has_figures == ("(sentence" in str(read(text.replace("{", "{x}"))))


# --- the tree ---------------------------------------------------------------------------------------------------


def leaf(node: Any) -> bool:
    return node.type in WORDS or not node.is_named


WORDS = {made.WORDS.get(name, name.lower()) for name in made.Grammar((FOLDER / GRAMMAR).read_text("utf-8")).terminals}
WORDS |= {"sentence"}


def of_tree_sitter(node: Any, at: dict[int, int]) -> Any:
    """A tree as nested lists: names of nodes, and words with their places."""
    if leaf(node):
        return [at[node.start_byte], at[node.end_byte]]
    inside = [of_tree_sitter(child, at) for child in node.children if child.type != "comment"]
    if not inside and node.start_byte < node.end_byte:  # a rule of one word is one node
        inside = [[at[node.start_byte], at[node.end_byte]]]
    return [node.type, *inside]


def of_lark(tree: Any) -> Any:
    if not hasattr(tree, "data"):
        return [tree.start_pos, tree.end_pos]
    return [tree.data.rstrip("_"), *(of_lark(child) for child in tree.children if child is not None)]


def same_tree(read: Read, text: str, whose: str) -> None:
    at, place = {}, 0
    for n, char in enumerate(text):
        at[place] = n
        place += len(char.encode())
    at[place] = len(text)
    root = read(text)
    assert not root.has_error, whose
    assert of_tree_sitter(root, at) == of_lark(LARK.parse(text)), whose


def rule_files() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted(folder.rglob("*.thesis"))


def test_the_tree_of_every_rule_file_is_larks(read: Read) -> None:
    files = list(rule_files())
    assert len(files) > 250
    for path in files:
        same_tree(read, path.read_text("utf-8-sig"), path.name)


@settings(max_examples=150)
@given(programs())
def test_the_tree_of_a_drawn_program_is_larks(read: Read, program: Program) -> None:
    same_tree(read, wild(program, 0.1), "drawn")


# --- mistakes ---------------------------------------------------------------------------------------------------


def declared(root: Any) -> Counter[tuple[str, str]]:
    """The declarations of a tree, in whatever part of it that could be read."""
    found: Counter[tuple[str, str]] = Counter()
    nodes = [root]
    while nodes:
        for child in nodes.pop().children:
            name = child.child_by_field_name("name") or child.child_by_field_name("title")
            if child.is_named and name is not None:
                found[child.type, name.text.decode()] += 1
            if child.type in ("ERROR", "override"):
                nodes.append(child)
    return found


UNFINISHED = ("metric broken = (a", "metric broken = if a then b", 'bull broken on a because "It is {a}')
"""What may be missing at the end of a declaration is no mistake of the tree."""


@pytest.mark.parametrize(
    "line",
    [
        "metric broken =",
        "metric broken = a +",
        "metric broken = a b c",
        *UNFINISHED,
        "metric broken = a)",
        "metric = a",
        "bull broken on",
        "verdict broken when a then",
        "param broken = 5 %%",
        "example",
        "kill broken by tomorrow",
        "what is this @ line",
        '"a text',
    ],
)
def test_a_broken_line_leaves_the_other_declarations(read: Read, line: str) -> None:
    before = 'rules m "M"\nmetric first = a + 1\n'
    after = 'pillar second "S"\nbull third on second\n  when first > 2\nverdict fourth\n  when third then "Buy"\n'
    root = read(before + line + "\n" + after)
    assert root.has_error != (line in UNFINISHED)
    expected = {
        ("header", "m"),
        ("metric", "first"),
        ("pillar", "second"),
        ("condition", "third"),
        ("verdict", "fourth"),
    }
    assert expected - set(declared(root)) == set()


def test_hardly_an_unfinished_declaration_costs_another(read: Read) -> None:
    """Each declaration cut off at each thirteenth word: 99 of 100 times nothing else is lost, and never more than two."""
    text = (RULES / "ai_infrastructure.thesis").read_text("utf-8")
    whole, tried, lossless = declared(read(text)), 0, 0
    words = re.compile(r"\w+|[^\w\s]")
    for begin, end in pieces(text):
        own = declared(read(text[begin:end]))
        for word in list(words.finditer(text, begin, end))[1::13]:
            left = declared(read(f"{text[: word.start()].rstrip()}\n{text[end:]}"))
            tried += 1
            lost = (whole - own) - left
            lossless += not lost
            assert lost.total() <= 2, text[begin : word.start()]
    assert tried > 250
    assert lossless / tried > 0.99


def test_the_examples_of_the_grammar_say_what_it_gives(read: Read) -> None:
    found = re.findall(
        r"^=+\n([^\n]+)\n=+\n(.*?)\n---\n(.*?)(?=^===|\Z)",
        (made.HERE / "test" / "corpus" / "declarations.txt").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    assert len(found) == 7
    for title, text, tree in found:
        given = re.sub(r"\b(name|title): ", "", str(read(text)))
        assert given == re.sub(r"\s+\)", ")", " ".join(tree.split())), title


# --- queries ----------------------------------------------------------------------------------------------------


def query_files() -> list[Path]:
    return [path for path in made.files() if path.suffix == ".scm"]


def test_each_word_has_one_colour(language: Any, read: Read) -> None:
    from tree_sitter import Query, QueryCursor

    queries = {path: Query(language, path.read_text("utf-8")) for path in query_files()}
    assert len(queries) == 15
    for path, query in queries.items():
        if path.name != "highlights.scm":
            continue
        for file in (RULES / "alibaba.thesis", CASES / "valid" / "declarations.thesis"):
            root = read(file.read_text("utf-8"))
            colours: dict[tuple[int, int], set[str]] = {}
            for colour, nodes in QueryCursor(query).captures(root).items():
                for node in nodes:
                    colours.setdefault((node.start_byte, node.end_byte), set()).add(colour)
            twice = {tuple(sorted(each)) for each in colours.values() if len(each) > 1}
            assert twice <= {("constant", "constant.builtin")}, path  # a status, in Neovim, where the later counts
            waiting = [root]
            while waiting:
                node = waiting.pop()
                waiting += node.children
                assert node.children or (node.start_byte, node.end_byte) in colours, (path, node)


def test_the_settings_of_helix_name_what_there_is() -> None:
    given = tomllib.loads((ROOT / "editors" / "helix" / "languages.toml").read_text("utf-8"))
    (language,), (grammar,) = given["language"], given["grammar"]
    assert language["name"] == grammar["name"] == "thesis"
    assert set(language["language-servers"]) == set(given["language-server"])
    assert grammar["source"]["path"].endswith("/editors/tree-sitter-thesis")
    package = json.loads((made.HERE / "package.json").read_text("utf-8"))
    for each in package["tree-sitter"]:
        for what in ("highlights", "locals", "injections"):
            assert (made.HERE / each[what]).is_file()
