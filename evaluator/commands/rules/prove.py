"""`thesis prove`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dsl.check.checker import Checked
from dsl.text.diagnostics import to_json
from evaluator.commands.common import library_of, open_rules, settled
from evaluator.commands.options import NAME, as_of_option, format_option, library_option
from evaluator.commands.talk import FINDINGS, out, out_json, paint, painted, say, show
from evaluator.render.proved import summary
from evaluator.schema.commands import ProofFinding, ProvedFile, ProvedItem, ProveOutput, WitnessOutput
from evaluator.session.service import no_solver, prove

if TYPE_CHECKING:
    from evaluator.proofs.findings import Finding, Proof


@click.command("prove")
@click.argument("rules", type=NAME, nargs=-1, required=True)
@click.option(
    "--budget", type=click.FloatRange(0.1, 3600), default=5.0, show_default=True, metavar="SECONDS",
    help="What the solver may take for each table, condition and pillar.",
)  # fmt: skip
@as_of_option("The day for params that change by date (default: every change).")
@library_option
@format_option()
def command(rules: tuple[str, ...], budget: float, as_of: dt.date | None, library: tuple[Path, ...], form: str) -> None:
    """Prove that the tables of RULES have no gap and no dead row, and that conditions can be true and false."""
    settled(no_solver())
    places = library_of(library)
    checked = [open_rules(name, places) for name in rules]
    proofs: list[tuple[Checked, Proof]] = []
    broken = False
    for one in checked:
        if one.program is None:
            show(one.diagnostics)
            broken = True
        else:
            proofs.append((one, settled(prove(one, as_of, budget))))
    if form == "json":
        files = [_file(one, proof) for one, proof in proofs]
        out_json(ProveOutput(budget=budget, files=files))
    else:
        for one, proof in proofs:
            _print(one, proof)
        code = next((found.code for _, proof in proofs for found in proof.findings), None)
        if code is not None:
            say(f"`thesis check --explain {code}` says more")
    if broken or any(f.fails for _, proof in proofs for f in proof.findings):
        sys.exit(FINDINGS)


def _print(checked: Checked, proof: Proof) -> None:
    assert checked.program is not None
    for found in proof.findings:
        out(painted(found.diagnostic))
        if found.witness is not None:
            shown = found.witness.text.replace("\n", "\n    ")
            out(f"  shown by:\n    {shown}")
        out()
    name = paint(checked.program.name, bold=True)
    out(f"{name}: {summary(proof)}")


def _file(checked: Checked, proof: Proof) -> ProvedFile:
    assert checked.program is not None
    return ProvedFile(
        file=checked.source.path,
        name=checked.program.name,
        days=[day.isoformat() for day in proof.days],
        proved=[ProvedItem(kind=one.kind, name=one.name, state=one.state.value) for one in proof.proved],
        findings=[_finding(found) for found in proof.findings],
    )


def _finding(found: Finding) -> ProofFinding:
    shown = found.witness
    witness = None
    if shown is not None:
        witness = WitnessOutput(title=shown.title, given=list(shown.given), expect=list(shown.expect), text=shown.text)
    return ProofFinding.model_validate(
        {**to_json(found.diagnostic), "name": found.name, "row": found.row, "witness": witness}
    )
