"""What `thesis facts import` does without `--to`: how a file would be read, five figures, and the mapping for next time.

In: files and settings as the command has them. Out: lines on stdout, a mapping file beside each. Must not know how tables
are read.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evaluator.commands.talk import FINDINGS, fail, out, show, write

if TYPE_CHECKING:
    from evaluator.checkup.proposal import Proposal
    from evaluator.readers.rows import Reading, Settings


def propose_each(files: Sequence[Path], settings: Settings, head: Reading, anew: bool, form: str) -> None:
    """Shows how each file would be read. Where one cannot be, its mapping is shown to be completed, nothing is written, and
    the run ends with the findings."""
    from evaluator.checkup.proposal import propose
    from evaluator.readers.assemble import calendar_of
    from evaluator.readers.rows import beside

    ends = head.head.get("fiscal_year_ends")
    about = replace(settings, calendar=calendar_of(ends.text if ends else None))
    given = {path: _settings(about, path, anew) for path in files}
    found = [(path, propose(path, settings)) for path, settings in given.items()]
    problems = [d for _, proposal in found for d in proposal.problems]
    if any(d.is_error for d in problems):
        for path, proposal in found:
            if form != "json" and proposal.text and proposal.vendor is None:
                out(f"A mapping to complete, for {path}:\n\n{proposal.text}")
        fail(problems, FINDINGS)
    targets = [
        beside(path) if p.text and given[path].mapping is None and p.vendor is None else None for path, p in found
    ]
    show(problems)
    for (_, proposal), target in zip(found, targets, strict=True):
        if target is not None:
            write(proposal.text, target)
    if form == "json":
        out(_json(found, targets))
        return
    for (path, proposal), target in zip(found, targets, strict=True):
        _tell(path, proposal, target)


def _settings(settings: Settings, path: Path, anew: bool) -> Settings:
    """Settings with the mapping that stands beside a file, unless one is named, or it is to be proposed anew."""
    from evaluator.readers.rows import beside

    there = settings.mapping is None and not anew and os.path.isfile(beside(path))
    return replace(settings, mapping=beside(path)) if there else settings


def _tell(path: Path, proposal: Proposal, target: Path | None) -> None:
    from evaluator.render.text import plural

    whose = f"the layout of {proposal.layout.vendor}" if proposal.layout and proposal.layout.vendor else "a mapping"
    how = f"by {whose}" if proposal.layout is not None else "in a form that needs no mapping"
    out(f"{path}: {plural(proposal.facts, 'figure')}, read {how}")
    for one in proposal.samples:
        out(
            f"  {one.place}: `{one.cell}` is {one.name}, {one.period}: {one.value}, {one.kind}, known since {one.published}"
        )
    if target is not None:
        out(f"The mapping is in {target}, and is used from now on: look it over.")
    elif proposal.vendor is not None:
        out(f"The mapping ships: `--mapping {proposal.vendor}`, or nothing at all, since the layout is recognised.")
    for key in proposal.open:
        example = {"published": "2026-02-20, or `45 days after`", "kind": "reported", "source": "TEXT"}[key]
        out(f"Still missing: --{key} {example}")
    out(f"Import it with: thesis facts import {path} --to TICKER.yaml")


def _json(found: Sequence[tuple[Path, Proposal]], targets: Sequence[Path | None]) -> str:
    from evaluator.schema.facts import FactsProposalOutput, ProposedFile, ReadFigure

    files = [
        ProposedFile(
            file=str(path),
            vendor=proposal.layout.vendor if proposal.layout else None,
            mapping=proposal.text,
            written=str(target) if target else None,
            facts=proposal.facts,
            open=list(proposal.open),
            figures=[ReadFigure(**asdict(one)) for one in proposal.samples],
        )
        for (path, proposal), target in zip(found, targets, strict=True)
    ]
    return FactsProposalOutput(files=files).model_dump_json(indent=2)
