"""Whether files are still as they were: by the day of their last change, their size and which file they are.

In: paths. Out: stamps. Must not know what the files are for.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

MAX_FILES = 2_000
"""So many files of a folder are looked at."""

Stamp = tuple[int, ...] | None
"""None where there is nothing."""


def stamp(path: Path) -> Stamp:
    """What changes when a file is saved, put in the place of another, or taken away. Of a folder: when something in it is."""
    try:
        there = os.stat(path)
    except (OSError, ValueError):
        return None
    if stat.S_ISDIR(there.st_mode):
        return there.st_ino, there.st_mtime_ns
    return there.st_ino, there.st_mtime_ns, there.st_size


def stamps(paths: Iterable[Path]) -> Mapping[Path, Stamp]:
    """The stamp of each."""
    return {path: stamp(path) for path in paths}


def as_read(paths: Iterable[Path], began: int) -> Mapping[Path, Stamp]:
    """The stamp of each as it was when reading began (nanoseconds of the clock): a file that was saved since then may have
    been read as it was before, and gets a stamp that it never has."""
    return {
        path: (-1,) if now is not None and now[1] >= began - _COARSE else now for path, now in stamps(paths).items()
    }


_COARSE = 10_000_000
"""By so many nanoseconds the clock of a file system may lag."""


def below(folder: Path) -> Iterator[Path]:
    """A folder, and the files and folders in it, as far as `MAX_FILES`; hidden ones are left out."""
    yield folder
    count = 0
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*folders, *names]):
            if not name.startswith("."):
                count += 1
                if count > MAX_FILES:
                    return
                yield Path(here, name)
