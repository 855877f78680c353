"""A product on disk: there whole or not at all. The one place that writes files.

In: bytes and where they go. Out: a file, or what stood in the way as a value. Must not know what is written, so that it
is imported at once.

A link is followed: what it leads to gets the product, and the link stays one. A file that was there keeps its rights. A
pipe and a device such as /dev/null are written to and stay what they are.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dsl.text.diagnostics import Diagnostic
from evaluator.codes.messages import make

WAIT_FOR_READER = 1.0
"""Seconds for which a pipe may have nobody who reads it."""
_PAUSE = 0.02


def put(product: str | bytes, output: Path) -> Diagnostic | None:
    """Writes a file: a new one with the rights that a new file has, one that was there with those it had. None, or why it
    cannot be written."""
    data = product.encode("utf-8", "backslashreplace") if isinstance(product, str) else product
    return _placed(output, lambda target, mode: replace_file(target, data, mode))


def put_made(made: Callable[[Path], None], output: Path) -> Diagnostic | None:
    """The same of a file that is too large for memory: `made` writes it at a path that it is given, and raises OSError where it
    cannot."""
    return _placed(output, lambda target, mode: _replaced(target, made, mode))


def _placed(output: Path, replace: Callable[[Path, int], None]) -> Diagnostic | None:
    try:
        there = os.stat(output)
    except (FileNotFoundError, NotADirectoryError):
        there = None
    except OSError as error:
        return _refused(output, error)
    target = Path(os.path.realpath(output))
    if there is not None and stat.S_ISDIR(there.st_mode):
        return _nowhere(output, "this is a folder")
    if not os.path.isdir(target.parent):
        folder = output.parent if target.parent == Path(os.path.realpath(output.parent)) else target.parent
        return _nowhere(output, f"there is no folder {folder}")
    try:
        if there is not None and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        replace(target, _mode_of_new() if there is None else stat.S_IMODE(there.st_mode))
    except OSError as error:
        return _refused(output, error)
    return None


def put_new(product: str, output: Path) -> Diagnostic | None:
    """Writes a file that is not there yet. None, or why not: what stands there stays as it is."""
    try:
        os.close(os.open(output, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except FileExistsError:
        mend = "name another file; nothing that is there is overwritten"
        return make("C002", None, at=str(output), what="the file is there already", mend=mend)
    except (FileNotFoundError, NotADirectoryError):
        return _nowhere(output, f"there is no folder {output.parent}")
    except (OSError, ValueError) as error:
        return _refused(output, error if isinstance(error, OSError) else OSError(errno.EINVAL, str(error)))
    problem = put(product, output)
    if problem is not None:
        output.unlink(missing_ok=True)
    return problem


def _mode_of_new() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _nowhere(output: Path, what: str) -> Diagnostic:
    return make("C002", None, at=str(output), what=what, mend="name a file in a folder that is there")


_REASONS = {
    errno.ELOOP: ("this link leads back to itself", "name the file itself"),
    errno.ENXIO: ("nobody reads this pipe", "begin to read it first, or name a file"),
    errno.EPIPE: ("the program that read this pipe has stopped", "read it to its end, or name a file"),
    errno.ENAMETOOLONG: ("its name is too long for this disk", "name it shorter"),
    errno.ENOTBLK: ("this is a disk, or something else that takes no text", "name a file"),
}


def _refused(output: Path, error: OSError) -> Diagnostic:
    reason = f"the file cannot be written: {(error.strerror or str(error)).lower()}"
    what, mend = _REASONS.get(error.errno or 0, (reason, "check the folder's rights and space"))
    return make("C002", None, at=str(output), what=what, mend=mend)


def replace_file(path: Path, data: bytes, mode: int) -> None:
    """Puts a file there whole, or leaves what stands there. A pipe or a device (`-o /dev/null`) is written to and stays
    what it is; a pipe that nobody reads is refused. Raises OSError."""
    if path.exists() and not path.is_file():
        _into(path, data)
        return

    def made(temporary: Path) -> None:
        with temporary.open("wb") as file:
            file.write(data)

    _replaced(path, made, mode)


def _replaced(path: Path, made: Callable[[Path], None], mode: int) -> None:
    """Has a file made beside its place, and puts it there whole. What is for a pipe or a device is made among temporary files."""
    beside = None if path.exists() and not path.is_file() else path.parent
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=beside, prefix=".thesis-")
        os.close(handle)
        made(Path(temporary))
        if beside is None:
            _into(path, Path(temporary).read_bytes())
            os.unlink(temporary)
            return
        with open(temporary, "rb+") as file:  # Windows flushes only what may be written
            os.fsync(file.fileno())
        _like(path, temporary)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        if temporary:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
        raise


def _like(path: Path, temporary: str) -> None:
    """Gives a file the owner of the one whose place it takes, where that may be done."""
    with suppress(OSError):
        was, now = os.stat(path), os.stat(temporary)
        if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
            os.chown(temporary, was.st_uid, was.st_gid)


def _into(path: Path, data: bytes) -> None:
    """Writes to a pipe or to a device that takes signs one after another. Raises OSError."""
    kind = os.stat(path).st_mode
    if not (stat.S_ISFIFO(kind) or stat.S_ISCHR(kind)):
        raise OSError(errno.ENOTBLK, os.strerror(errno.ENOTBLK))
    handle = _opened(path)
    os.set_blocking(handle, True)
    with os.fdopen(handle, "wb", buffering=0) as file:
        left = memoryview(data)
        while left:
            left = left[file.write(left) or 0 :]


def _opened(path: Path) -> int:
    """A pipe opened without waiting for ever for its reader."""
    until = time.monotonic() + WAIT_FOR_READER
    while True:
        try:
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            if error.errno != errno.ENXIO or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)


def rewrite(path: Path, name: str, before: bytes, data: bytes) -> Diagnostic | None:
    """A file's bytes replaced, whole or not at all; what stood in the way, where something did. A link stays a link: what
    it leads to is replaced. A file that is no longer what was read (`before`) is left as it is now."""
    target = Path(os.path.realpath(path))
    try:
        if target.read_bytes() != before:
            what, mend = "the file was changed while it was read", "run the command again"
            return make("C002", None, at=name, what=what, mend=mend)
        if not os.access(target, os.W_OK):
            raise PermissionError(0, "you have no right to write it")
        replace_file(target, data, stat.S_IMODE(target.stat().st_mode))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        mend = "check the rights of the file and of its folder, and the space that is left"
        return make("C002", None, at=name, what=f"the file cannot be written: {reason}", mend=mend)
    return None
