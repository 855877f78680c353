"""What is printed as JSON: valid against the published schemas, which are what the models say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

import jsonschema
import pytest
from pydantic import BaseModel

from evaluator.schema import beside, history, outlook, screens, simulation, worlds
from evaluator.schema import commands as outputs
from evaluator.schema import facts as fact_outputs
from evaluator.schema import names as name_outputs
from evaluator.schema import report as result
from tests.conftest import Golden
from tests.paths import ROOT
from tests.support.command_line import DAY, RULES, call

SCHEMAS = ROOT / "docs" / "schema"
MODELS: dict[str, type[BaseModel]] = {
    "new": outputs.NewOutput,
    "report": result.Report,
    "check": outputs.CheckOutput,
    "codes": outputs.CodesOutput,
    "explain": result.ExplainOutput,
    "flip": outlook.FlipOutput,
    "seek": outlook.SeekOutput,
    "simulate": simulation.SimulateOutput,
    "sensitivity": simulation.SensitivityOutput,
    "changes": outlook.ChangesOutput,
    "scenarios": worlds.ScenariosOutput,
    "report_beside": beside.ReportBeside,
    "history": history.HistoryOutput,
    "templates": outputs.TemplatesOutput,
    "graph": outputs.GraphOutput,
    "fmt": outputs.FmtOutput,
    "test": outputs.TestOutput,
    "list": outputs.ListOutput,
    "diff": outputs.DiffOutput,
    "prove": outputs.ProveOutput,
    "facts_import": fact_outputs.FactsImportOutput,
    "facts_proposal": fact_outputs.FactsProposalOutput,
    "facts_template": fact_outputs.FactsTemplateOutput,
    "facts_fetch": fact_outputs.FactsFetchOutput,
    "portable": name_outputs.PortableOutput,
    "compare": name_outputs.CompareOutput,
    "screen": screens.ScreenOutput,
    "facts_check": fact_outputs.FactsCheckOutput,
    "facts_show": fact_outputs.FactsShowOutput,
    "facts_coverage": fact_outputs.FactsCoverageOutput,
}
ACME = ("--for", "ACME", *DAY)
RUNS: list[tuple[str, ...]] = [
    ("report", "alibaba", *DAY),
    ("report", "alibaba", "--as-of", "2020-01-01"),
    ("report", "alibaba", "--as-of", "2200-12-31"),
    ("report", "alibaba", *DAY, "--set", "cloud_growth=unknown", "--set", "capex=0 CNY"),
    ("report", "small", *ACME),
    ("report", "alibaba", *DAY, "--with", "flip,scenarios,history", "--since", "2026-05-12"),
    ("report", "small", *ACME, "--since", "2026-05-01"),
    ("report", "small", *ACME, "--set", "sales=99999999tn CNY"),
    ("new", "bank", "begun.thesis", "--for", "NOBODY"),
    ("check", "alibaba", "small", "wrong", "none.thesis", "."),
    ("check", "--fix", "--diff", "alibaba", "wrong.thesis", "none.thesis"),
    ("check", "--fix", "wrong.thesis"),
    ("check", "--explain", "T060"),
    ("check", "--explain", "all"),
    ("explain", "alibaba", "setup", *DAY),
    ("explain", "small", "sizing", *ACME),
    ("flip", "small", *ACME),
    ("flip", "alibaba", "slows", *DAY, "--set", "cloud_growth=30%"),
    ("flip", "alibaba", "setup", "--as-of", "2020-01-01"),
    ("seek", "alibaba", "cloud_profit / cloud_revenue = 10%", "by", "cloud_profit", *DAY),
    ("simulate", "alibaba", *DAY, "--draws", "512"),
    ("simulate", "alibaba", *DAY, "--draws", "1", "--method", "random", "--set", "cloud_growth=30%"),
    ("simulate", "alibaba", "--as-of", "2020-01-01", "--draws", "300", "--of", "net_margin"),
    ("sensitivity", "alibaba", *DAY),
    ("sensitivity", "small", *ACME, "--by", "25%"),
    ("changes", "alibaba", "--from", "2025-11-01", "--to", "2026-05-14", "--set", "forward_pe=20x"),
    ("changes", "small", "--for", "ACME", "--from", "2020-01-01", "--to", "2026-05-14"),
    ("history", "alibaba", "--from", "2026-05-12", "--to", "2026-06-14", "--set", "forward_pe=20x"),
    ("scenarios", "alibaba", *DAY, "--grid", "forward_pe=10x..40x:3", "--show", "setup", "--show", "score"),
    ("scenarios", "small", *ACME, "--grid", "growth=1%..20%:3", "--grid", "margin=1%,9%"),
    ("history", "small", "--for", "ACME", "--from", "2020-01-01", "--to", "2026-05-14"),
    ("templates", "export", "mine"),
    ("graph", "alibaba"),
    ("graph", "small"),
    ("fmt", "--check", "--diff", "small.thesis", "wrong.thesis", "none.thesis"),
    ("test", "alibaba", "small", *DAY),
    ("list",),
    ("diff", "alibaba", "alibaba"),
    ("diff", "alibaba", "small"),
    ("prove", "alibaba", "small", "--budget", "2"),
    ("facts", "check", "--rules", "alibaba", "--rules", "small", *DAY),
    ("facts", "check", "none.yaml", "--rules", "small"),
    ("facts", "show", "BABA", "--rules", "alibaba", *DAY),
    ("facts", "show", "ACME", "growth", "--rules", "small", "--as-of", "2020-01-01"),
    ("facts", "coverage", "small", *DAY),
    ("facts", "coverage", "alibaba", "--for", "BABA,facts/ACME.yaml", *DAY),
    ("facts", "template", "alibaba"),
    ("facts", "template", "small", "--for", "ACME"),
    ("facts", "import", "table.csv", "facts/ACME.yaml", "--to", "new.yaml", "--leave-out-incomplete"),
    ("facts", "import", "table.csv"),
    ("portable", "alibaba", *DAY),
    ("portable", "small", *ACME),
    ("compare", "alibaba", "--for", "BABA,MSFT=microsoft", *DAY),
    ("compare", "small", *ACME, "--sort", "call"),
    ("screen", "small", "--universe", "facts", "--where", "growth > 5%", "--sort", "rank(growth)", *DAY),
]


def never(text: str) -> NoReturn:
    raise AssertionError(f"{text} is no JSON")


def published(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", MODELS)
def test_the_published_schema_is_what_the_model_says(name: str, golden: Golden) -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **MODELS[name].model_json_schema(mode="serialization"),
    }
    jsonschema.Draft202012Validator.check_schema(schema)
    golden(SCHEMAS / f"{name}.schema.json", json.dumps(schema, indent=2, ensure_ascii=False) + "\n")


def test_no_schema_is_left_behind() -> None:
    assert {p.name for p in SCHEMAS.iterdir()} == {f"{name}.schema.json" for name in MODELS}


@pytest.mark.parametrize("args", RUNS, ids=" ".join)
def test_every_output_is_valid(args: tuple[str, ...], here: Path) -> None:
    (here / "wrong.thesis").write_text('rules wrong "W"\nmetric a = nothing\nmetric a = 1\n', encoding="utf-8")
    examples = (
        'example "holds" given growth = 20%, margin = 9% expect call is "Buy"\n'
        'example "fails" given growth = 2% expect call is "Buy", thin is true\n'
    )
    (here / "small.thesis").write_text(RULES + examples, encoding="utf-8")
    table = "metric,period,value,published,kind,source\na,FY2025,1,2026-02-12,reported,S\nb,FY2025,1,,reported,S\n"
    (here / "table.csv").write_text(table, encoding="utf-8")
    ran = call(*args, "--format", "json")
    found = json.loads(ran.out, parse_constant=never)
    command = f"facts_{args[1]}" if args[0] == "facts" else args[0]
    command = "facts_proposal" if args[:2] == ("facts", "import") and "--to" not in args else command
    command = "report_beside" if args[0] == "report" and {"--with", "--since"} & {*args} else command
    schema = published("codes" if "--explain" in args else command)
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert [e.message for e in checker.iter_errors(found)] == []
    assert found.get("schema_version", "1") == "1"
    extra = {**found, "no such key": 1}
    assert list(checker.iter_errors(extra)), "the schema lets anything through"


@pytest.mark.parametrize("name", MODELS)
def test_the_schema_asks_for_every_key(name: str) -> None:
    """A reader of the JSON can rely on each key being there: null where there is nothing."""
    schema = published(name)
    for title, part in {name: schema, **schema.get("$defs", {})}.items():
        if part.get("type") == "object" and "properties" in part:
            assert set(part.get("required", ())) == set(part["properties"]), title
            assert part["additionalProperties"] is False, title
