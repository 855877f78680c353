"""What z3 proves is what listing every world gives; and every world that a proof prints shows what it claims."""

from __future__ import annotations

from hypothesis import Phase, given, note, settings

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import SourceFile
from evaluator.examples.running import run_examples
from evaluator.proofs.findings import Witness
from evaluator.proofs.prove import prove
from tests.support.grid import DAY, checked, expected, rule_files


def holds_up(text: str, witness: Witness) -> bool:
    """Whether a witness, pasted below its rules, checks and passes as an example."""
    found = check_file(SourceFile("main.thesis", f"{text}\n{witness.text}\n"), Library(()))
    assert found.program is not None, (witness.text, [d.message for d in found.diagnostics if d.is_error])
    (result,) = (e for e in run_examples(found.program, DAY) if e.output.title == witness.title)
    return result.passed


NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""One file takes a second: what fails is printed as it was drawn."""


@settings(max_examples=6, phases=NO_SHRINKING)
@given(rule_files())
def test_proofs_agree_with_listing_every_world(text: str) -> None:
    note(text)
    program = checked(text)
    proof = prove(program, DAY, 20.0)
    assert {(f.code, f.name, f.row) for f in proof.findings} == expected(program)
    for found in proof.findings:
        if found.witness is not None:
            assert holds_up(text, found.witness), found
        else:
            assert found.code in ("P008", "P010"), found
