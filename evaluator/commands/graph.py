"""`thesis graph`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from evaluator.commands.common import library_of, open_rules
from evaluator.commands.options import NAME, format_option, library_option
from evaluator.commands.talk import FINDINGS, out_json, show, write
from evaluator.engine.graph import build
from evaluator.schema.commands import GraphEdge, GraphNode, GraphOutput

_SHAPES = {
    "input": ("[/", "/]"), "param": ("[\\", "\\]"), "metric": ("[", "]"), "forecast": ("[[", "]]"), "condition": ("(", ")"),
    "pillar": ("{{", "}}"), "verdict": ("([", "])"), "kill": (">", "]"), "catalyst": (">", "]"),
}  # fmt: skip


@click.command("graph")
@click.argument("rules", type=NAME)
@library_option
@format_option("mermaid", "json")
def command(rules: str, library: tuple[Path, ...], form: str) -> None:
    """Print the graph of RULES: what needs what, from facts to verdicts."""
    checked = open_rules(rules, library_of(library))
    show(checked.errors)
    if checked.program is None:
        sys.exit(FINDINGS)
    program, graph = checked.program, build(checked.program)
    nodes = [
        GraphNode(
            name=n,
            title=graph.nodes[n]["title"],
            role=graph.nodes[n]["role"],
            written="; ".join(e.text for e in program.expressions(n)),
        )
        for n in graph.nodes
    ]
    output = GraphOutput(
        name=program.name,
        title=program.title,
        nodes=nodes,
        edges=[GraphEdge(source=a, target=b) for a, b in graph.edges],
    )
    if form == "json":
        out_json(output)
    else:
        write(_mermaid(output, program.tables) + "\n", None)


def _mermaid(graph: GraphOutput, roles: Iterable[str]) -> str:
    lines = ["flowchart LR"]
    for role in roles:
        members = [n for n in graph.nodes if n.role == role]
        if not members:
            continue
        lines.append(f"  subgraph {role}s")
        opening, closing = _SHAPES[role]
        lines += [f'    {_id(n.name)}{opening}"{_escape(n.title)}"{closing}' for n in members]
        lines.append("  end")
    lines += [f"  {_id(e.source)} --> {_id(e.target)}" for e in graph.edges]
    return "\n".join(lines)


def _id(name: str) -> str:
    """A name that Mermaid cannot take for one of its words, such as `end`."""
    return f"n_{name}"


def _escape(text: str) -> str:
    """A title between Mermaid's quotes: what would end it, begin a tag or begin Markdown as an entity code."""
    codes = {"#": "#35;", "&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;"}
    return "".join(codes.get(char, char) for char in text)
