"""`thesis explain` and `thesis graph`."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from tests.support.command_line import DAY, call, refused

ACME = ("--for", "ACME", *DAY)


def test_a_tree_down_to_the_facts() -> None:
    ran = call("explain", "small", "call", *ACME)
    assert (ran.status, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "call = Buy   The call"
    assert "├─ growing = true   It grows" in lines
    assert "│  │  Growth: 12% > 10%? true, +2pp from it" in lines
    assert "│  │     fact: 2026-03-31: 12% (reported, published 2026-05-13; Results)" in lines
    assert "└─ thin = false   Thin margin" in lines


def test_what_is_unknown_says_why() -> None:
    ran = call("explain", "small", "sizing", *ACME)
    assert ran.out.startswith("sizing = Large or Small   ")
    assert "missing: Sales quarter to 2026-03-31: no figure is known" in ran.out


def test_a_setting_stands_at_its_name() -> None:
    ran = call("explain", "small", "room", *ACME, "--set", "enough=11%")
    assert ran.out.startswith("What-if: Growth that is enough = 11%, today ")
    assert "room = +1pp" in ran.out
    assert "set: 11%" in ran.out
    assert "What-if" not in call("explain", "small", "room", *ACME).out


def test_a_name_that_stands_twice_is_explained_once() -> None:
    ran = call("explain", "alibaba", "setup", *DAY)
    assert ran.out.count("(explained above)") >= 1
    names = re.findall(r"^[│├└─ ]*(\w+) = .*(?<!\(explained above\))$", ran.out, re.M)
    assert len(names) == len(set(names)) > 20


def test_json_is_the_same_tree() -> None:
    ran = call("explain", "small", "call", *ACME, "--format", "json")
    (tree,) = json.loads(ran.out)["explained"]
    assert (tree["name"], tree["state"], tree["value"]["text"]) == ("call", "bullish", "Buy")
    assert {n["name"]: n["state"] for n in tree["needs"]} == {"growing": "true", "thin": "false"}


def test_several_names_stand_one_after_the_other() -> None:
    ran = call("explain", "small", "call", "room", *ACME, "--set", "enough=11%")
    assert ran.out.count("What-if") == 1
    assert [line for line in ran.out.splitlines() if line.startswith(("call = ", "room = "))] == [
        "call = Buy   The call", "room = +1pp   Room above it",
    ]  # fmt: skip
    found = json.loads(call("explain", "small", "call", "room", *ACME, "--format", "json").out)["explained"]
    assert [tree["name"] for tree in found] == ["call", "room"]


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("growth - enough", "growth - enough = +2pp"),
        ("growth > 10% and  thin", "growth > 10% and thin = false"),
        ("12% / 4", "12% / 4 = 3%"),
        ("sales", "sales = unknown"),
        ("sales * 2", "sales * 2 = unknown"),
    ],
)
def test_an_expression_is_explained_as_a_metric_of_the_rules_is(expression: str, says: str) -> None:
    ran = call("explain", "small", expression, *ACME)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[0].startswith(says)


def test_an_expression_comes_to_what_the_rules_own_metric_does() -> None:
    """`conversion` of the flagship, written out, in a world that is set by hand as well."""
    for more in ((), ("--set", "capex=10bn CNY")):
        asked = "change(ttm(cloud_revenue), 4) / lag(ttm(capex), 4)"
        ran = call("explain", "alibaba", "conversion", asked, *DAY, *more, "--format", "json")
        own, typed = json.loads(ran.out)["explained"]
        assert (own["value"], own["facts"], own["reasons"]) == (typed["value"], typed["facts"], typed["reasons"])
        assert [n["name"] for n in own["needs"]] == [n["name"] for n in typed["needs"]]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("ttm(growth", "the text ends in the middle of the expression"),
        ("growth, sales = 2", "ask for one expression at a time"),
        ("growht / 2", "did you mean `growth`?"),
        ("sales + 5%", "cannot be added"),
        ("growth 1 year ago = 2%", "lag"),
        ("1\nmetric z = 3", "T003"),
        ("growth \u202e", "T016"),
    ],
)
def test_a_wrong_expression_says_where_and_how_to_mend_it(expression: str, words: str) -> None:
    ran = call("explain", "small", expression, *ACME)
    assert (ran.status, ran.out) == (2, "")
    assert "the expression:" in ran.err
    assert words in ran.err


@pytest.mark.parametrize(
    ("name", "words"),
    [("growht", "did you mean `growth`?"), ("zzz", "see `thesis graph` for the names")],
)
def test_a_name_that_is_not_there(name: str, words: str) -> None:
    for form in ("text", "json"):
        refused(
            call("explain", "small", name, *ACME, "--format", form), 2, f"there is no `{name}` in these rules", words
        )


# --- graph ----------------------------------------------------------------------------------------

TITLES = ("Say [hi] (there) {now}", "#35; & <b>bold</b> | pipe", "`code` ; semi", "end", "“curly” — 云")
NODE = re.compile(r'    n_(\w+)(\[/|\[\\|\[\[|\[|\(\[|\(|\{\{|>)"([^"]*)"(/\]|\\\]|\]\]|\]|\]\)|\)|\}\})')
EDGE = re.compile(r"  n_(\w+) --> n_(\w+)")
BRACKETS = {"[/": "/]", "[\\": "\\]", "[[": "]]", "[": "]", "([": "])", "(": ")", "{{": "}}", ">": "]"}


def nodes_and_edges(text: str) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Reads Mermaid back, every line of it."""
    nodes: dict[str, str] = {}
    edges = []
    first, *lines = text.splitlines()
    assert first == "flowchart LR"
    depth = 0
    for line in lines:
        if match := NODE.fullmatch(line):
            name, opening, title, closing = match.groups()
            assert BRACKETS[opening] == closing, line
            assert name not in nodes, f"{name} is defined twice"
            assert depth == 1, line
            nodes[name] = title
        elif match := EDGE.fullmatch(line):
            assert depth == 0, line
            edges.append((match[1], match[2]))
        elif line == "  end":
            depth -= 1
        else:
            assert re.fullmatch(r"  subgraph \w+s", line), line
            depth += 1
    assert depth == 0
    return nodes, edges


@pytest.mark.parametrize("rules", ["small", "alibaba", "ai_infrastructure"])
def test_mermaid_and_json_are_one_graph(rules: str) -> None:
    ran = call("graph", rules)
    assert (ran.status, ran.err) == (0, "")
    nodes, edges = nodes_and_edges(ran.out)
    assert len(set(edges)) == len(edges) > 5
    for a, b in edges:
        assert {a, b} <= set(nodes)
    found = json.loads(call("graph", rules, "--format", "json").out)
    assert {n["name"] for n in found["nodes"]} == set(nodes)
    assert [(e["source"], e["target"]) for e in found["edges"]] == edges
    at = {n["name"]: place for place, n in enumerate(found["nodes"])}
    assert all(at[a] < at[b] for a, b in edges), "the order of evaluation"


def test_titles_cannot_break_out_of_their_quotes(here: Path) -> None:
    metrics = "".join(f'metric end{n} "{title}" = {n}\n' for n, title in enumerate(TITLES))
    (here / "odd.thesis").write_text(f'rules odd "Odd"\n{metrics}', encoding="utf-8")
    ran = call("graph", "odd")
    nodes, _ = nodes_and_edges(ran.out)
    for n, title in enumerate(TITLES):
        shown = nodes[f"end{n}"]
        assert not set(shown) & set("<>`"), shown
        assert html.unescape(re.sub(r"#(\d+);", r"&#\1;", re.sub(r"#([a-z]+);", r"&\1;", shown))) == title


def test_rules_with_errors_have_no_graph(here: Path) -> None:
    (here / "wrong.thesis").write_text('rules wrong "W"\nmetric a = b\nmetric b = a\n', encoding="utf-8")
    for form in ("mermaid", "json"):
        refused(call("graph", "wrong", "--format", form), 1, "in a circle: a → b → a")
