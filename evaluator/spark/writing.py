"""A frame of Spark as a folder of Parquet on a disk that driver and workers share: whole, or not there.

In: a frame, a path. Out: the folder. Raises OSError. Must not know what the frame means.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

DONE = "_SUCCESS"
"""The mark that Spark sets in a folder which it wrote to the end."""


def parquet(frame: Any, path: Path) -> None:
    """Writes a frame beside its place, and then puts it there; what stood there stays until then. A folder that Spark did not
    write is not replaced. Raises OSError, and what Spark raises where a job ends."""
    there = Path(os.path.abspath(path))
    if there.is_dir() and not (there / DONE).is_file():
        raise OSError(f"{path} is a folder that Spark did not write; name another, or remove it")
    new, old = (there.with_name(f".{there.name}.{os.getpid()}.{word}") for word in ("new", "old"))
    try:
        frame.write.parquet(new.as_uri())
        if not (new / DONE).is_file():
            raise OSError(
                f"Spark wrote {path} on another machine: name a folder that this machine and the workers share"
            )
        if there.exists():
            there.rename(old)
        try:
            new.rename(there)
        except OSError:
            if old.exists():
                old.rename(there)
            raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
        if there.exists():
            _removed(old)


def _removed(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
