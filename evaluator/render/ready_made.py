"""Templates as jinja2 compiles them, ready-made: to compile them takes a process ten times as long as to fill them in.

In: the table beside this module. Out: jinja2's bytecode cache, which only reads. Must not know what templates say.

`templates.table` is made by `make templates` (`python -m evaluator.render.compile_templates`). It holds the Python text
that jinja2 wrote for each template of the project, with the checksum of the template: one that was edited, or that is the
user's own, is compiled as ever. Its seal is over all else that goes into that text (jinja2, and the functions whose
results for constants are worked out beforehand); where it does not fit, nothing of the table is used. Nothing is ever
written at a start, and the table is trusted as the modules beside it are.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from pathlib import Path

import jinja2
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from evaluator.render.templating.loading import SHIPPED

TABLE = Path(__file__).with_name("templates.table")
_FOLDED = ("compare.py", "page.py", "text.py")
"""The modules whose functions jinja2 calls while it compiles, where they are given constants."""

Codes = Mapping[str, tuple[str, str]]
"""Of each template the checksum of its text, and the Python text that jinja2 made of it."""


class ReadyMade(BytecodeCache):
    """Gives jinja2 the code of each template that is still the one it was made of; keeps nothing."""

    def __init__(self, codes: Codes) -> None:
        self.codes = codes

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """The code of a template; an empty bucket, which jinja2 then fills itself, where there is none of this text."""
        bucket = Bucket(environment, name, self.get_source_checksum(source))
        checksum, code = self.codes.get(name.removeprefix(SHIPPED), ("", ""))
        if checksum == bucket.checksum:
            bucket.code = compile(code, filename or name, "exec")
        return bucket

    def set_bucket(self, bucket: Bucket) -> None:
        """Nothing is kept."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Never asked: `get_bucket` gives what there is."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Nothing is kept."""


def seal() -> str:
    """What a table must carry to be used. Raises OSError where the modules' texts are not there."""
    texts = [TABLE.with_name(name).read_bytes() for name in _FOLDED]
    return hashlib.sha256(b"\0".join([jinja2.__version__.encode(), *texts])).hexdigest()


def shipped() -> dict[str, dict[str, tuple[str, str]]] | None:
    """The codes of each format from the table; None where there is no table that fits."""
    try:
        table = json.loads(zlib.decompress(TABLE.read_bytes()))
        if table["seal"] != seal():
            return None
        return {form: {name: (checksum, code) for name, (checksum, code) in codes.items()}
                for form, codes in table["templates"].items()}  # fmt: skip
    except (OSError, ValueError, zlib.error, KeyError, TypeError, AttributeError):
        return None


def ready_made(format: str) -> ReadyMade | None:
    """The cache for one format; None where everything must be compiled."""
    codes = shipped()
    return ReadyMade(codes[format]) if codes and format in codes else None
