"""What a proof came to, in words: for a terminal, and for an editor.

In: a `Proof`. Out: sentences, lines. Must not know the solver, nor who shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluator.proofs.findings import Proof


def summary(proof: Proof) -> str:
    """How much was looked at, and what came of it: `2 tables, 5 conditions, 1 pillar; all proven`."""
    return f"{_counted(proof)}; {_result(proof)}"


def lines(proof: Proof) -> Iterator[str]:
    """Each finding with its place and its mend, and the example that shows it; then the summary."""
    for found in proof.findings:
        said = found.diagnostic
        place = f"line {said.span.line}: " if said.span is not None else ""
        yield f"{place}{said.message}"
        yield from (f"  {line}" for line in (said.hint or "").splitlines())
        if found.witness is not None:
            yield "  shown by:"
            yield from (f"    {line}" for line in found.witness.text.splitlines())
        yield ""
    yield summary(proof)


def _counted(proof: Proof) -> str:
    counts = {"table": 0, "condition": 0, "pillar": 0}
    for one in proof.proved:
        counts[{"verdict": "table", "pillar": "pillar"}.get(one.kind, "condition")] += 1
    parts = [f"{n} {word}{'s' if n != 1 else ''}" for word, n in counts.items()]
    return ", ".join(parts)


def _result(proof: Proof) -> str:
    findings = proof.findings
    errors = sum(f.diagnostic.is_error for f in findings)
    undecided = sum(f.fails for f in findings) - errors
    warnings = len(findings) - errors - undecided
    words = [(errors, "finding", "findings"), (undecided, "undecided", "undecided"), (warnings, "warning", "warnings")]
    said = [f"{n} {one if n == 1 else many}" for n, one, many in words if n]
    return ("all proven" + (f", {said[0]}" if said else "")) if not errors + undecided else ", ".join(said)
