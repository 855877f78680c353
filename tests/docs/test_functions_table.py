"""The table of functions in the reference is that of the code."""

from __future__ import annotations

from dsl.signatures import SIGNATURES, Signature
from tests.conftest import Golden
from tests.docs.blocks import ROOT

PAGE = ROOT / "docs" / "language.md"
HEAD = "| function | takes | gives | example |\n| --- | --- | --- | --- |\n"


def row(name: str, signature: Signature) -> str:
    takes = ", ".join(str(slot) for slot in signature.slots)
    takes += ", …" if signature.rest else " (the last may be left out)" if signature.optional else ""
    return f"| `{name}` | {takes} | {signature.meaning} | `{signature.example}` |\n"


def test_the_reference_lists_every_function(golden: Golden) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(HEAD)
    after = rest[rest.index("\n\n") + 1 :]
    golden(PAGE, before + HEAD + "".join(row(n, s) for n, s in SIGNATURES.items()) + after)
