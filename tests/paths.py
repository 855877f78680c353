"""Where the checkout, the cases and the golden files lie, for every test."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "rules"
CASES = ROOT / "tests" / "cases"
GOLDEN = ROOT / "tests" / "golden"
