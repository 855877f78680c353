"""Case files: one file is rules and all that `thesis prove` says of them; every world shown there is pasted and run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evaluator.codes.messages import MESSAGES
from evaluator.proofs.findings import UNDECIDED
from evaluator.proofs.prove import prove
from tests.conftest import Golden
from tests.evaluator.proofs.test_brute_force import holds_up
from tests.paths import CASES
from tests.support.command_line import call
from tests.support.grid import checked

CASES = sorted((CASES / "proofs").glob("*.thesis"))
MARK = "# === expected\n"
BUDGET = "2"


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_case(case: Path, golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, _, _ = case.read_text("utf-8").partition(MARK)
    monkeypatch.chdir(tmp_path)
    Path("main.thesis").write_text(text, encoding="utf-8")
    ran = call("prove", "main.thesis", "--budget", BUDGET)
    commented = "".join(f"# {line}".rstrip() + "\n" for line in ran.out.splitlines())
    golden(case, f"{text}{MARK}{commented}")
    code = case.stem.split("_")[0]
    said = re.findall(r"(error|warning)\[(P\d\d\d)\]", ran.out)
    assert not code.startswith("P0") or code in {c for _, c in said}
    assert ran.status == (1 if any(word == "error" or c in UNDECIDED for word, c in said) else 0)


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_every_world_that_is_shown_holds_up(case: Path) -> None:
    """Pasted below its rules it checks, and passes as an example; on the day for which it is said."""
    text, _, _ = case.read_text("utf-8").partition(MARK)
    proof = prove(checked(text), None, float(BUDGET))
    for found in proof.findings:
        if found.witness is not None and len(proof.days) == 1:
            assert holds_up(text, found.witness), found


def test_every_code_has_a_case() -> None:
    assert {c.stem.split("_")[0] for c in CASES} >= {code for code in MESSAGES if code.startswith("P")}
