"""What a fingerprint hashes is written in one pass, and is what the two passes write that differences are found by."""

from __future__ import annotations

from dsl.link.meaning import encode, meaning, written
from dsl.syntax.parse import parse
from dsl.text.source import SourceFile
from tests.paths import ROOT


def test_one_pass_writes_what_two_write() -> None:
    count = 0
    for path in sorted([*(ROOT / "rules").rglob("*.thesis"), *(ROOT / "tests/cases/valid").rglob("*.thesis")]):
        for declaration in parse(SourceFile.read(path)).file.declarations:
            assert written(declaration) == encode(meaning(declaration)), declaration
            count += 1
    assert count > 1_000
