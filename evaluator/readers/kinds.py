"""Which kinds of files hold facts, and what reads each: the one table, for readers and for whoever looks through folders.

In: nothing. Out: `READERS`, `SUFFIXES`. Must not know any reader, so that a look at a folder imports none.
"""

from __future__ import annotations

from pathlib import Path

YAML = frozenset({".yaml", ".yml"})
"""How a facts file in YAML ends. It is read first of all, since it says how the others are read."""
READERS = {
    ".csv": "files.csv_file",
    ".tsv": "files.csv_file",
    ".xlsx": "files.excel",
    ".xlsm": "files.excel",
    ".json": "files.json_file",
    ".parquet": "columns.parquet",
}
"""How every other file ends, and the module in `evaluator/readers/` that reads it."""
SUFFIXES = YAML | READERS.keys()
"""How files end that hold facts."""


def suffix(path: Path) -> str:
    """How a file ends, in small letters: `.csv`."""
    return path.suffix.lower()


def is_yaml(path: Path) -> bool:
    """Whether a file is one that a person keeps, in YAML."""
    return suffix(path) in YAML


def holds_facts(path: Path) -> bool:
    """Whether a file is of a kind that can hold facts, by how it ends."""
    return suffix(path) in SUFFIXES
