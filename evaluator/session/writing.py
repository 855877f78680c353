"""A product on disk: there whole or not at all.

In: bytes and where they go. Out: a file, or what stood in the way as a value. Must not know what is written, so that it
is imported at once.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from dsl.text.diagnostics import Diagnostic
from evaluator.codes.messages import make


def put(product: str | bytes, output: Path) -> Diagnostic | None:
    """Writes a file with the rights that a new file has. None, or why it cannot be written."""
    folder = output.parent
    if os.path.isdir(output) or not os.path.isdir(folder):
        what = "this is a folder" if os.path.isdir(output) else f"there is no folder {folder}"
        return make("C002", None, at=str(output), what=what, mend="name a file in a folder that is there")
    mask = os.umask(0)
    os.umask(mask)
    try:
        replace_file(output, product.encode("utf-8") if isinstance(product, str) else product, 0o666 & ~mask)
    except OSError as error:
        what = f"the file cannot be written: {(error.strerror or str(error)).lower()}"
        return make("C002", None, at=str(output), what=what, mend="check the folder's rights and space")
    return None


def replace_file(path: Path, data: bytes, mode: int) -> None:
    """Puts a file there whole, or leaves what stands there; a device or a pipe (`-o /dev/null`) is written to and stays
    what it is. Raises OSError."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


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
