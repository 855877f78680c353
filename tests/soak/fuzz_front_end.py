"""A coverage-guided fuzzer for the whole way from bytes to a report; run by hand, for as long as you like.

    pip install atheris
    python -m tests.soak.fuzz_front_end FOLDER -max_total_time=1200

FOLDER holds the corpus from run to run (begun with the shipped rules and the case files) and, under `found/`, each
input that broke a law with its traceback, one for each place in the code; the run goes on after a finding. Other
arguments are libFuzzer's. The laws are those of `tests/support/survival.py`.
"""

from __future__ import annotations

import hashlib
import re
import sys
import traceback
from pathlib import Path

import atheris

from tests.paths import ROOT

with atheris.instrument_imports(include=["dsl", "evaluator"]):
    from dsl.syntax.expressions import MAX_DEPTH
    from dsl.syntax.parse import DECLARATION_WORDS
    from tests.support.survival import RULES, goes_all_the_way, survives_bytes

MAX_LENGTH = 6000
"""Bytes of an input: above the shipped module's half, so that a whole thesis fits."""


def seeds() -> list[bytes]:
    """The shipped rules, whole and by declaration, and every case file."""
    files = [*RULES.glob("*.thesis"), *(ROOT / "tests" / "cases").rglob("*.thesis")]
    texts = [path.read_bytes() for path in files]
    cut = re.compile(rb"^(?=(?:%s)\b)" % "|".join(DECLARATION_WORDS).encode(), re.MULTILINE)
    pieces = [b"rules x\n" + piece for text in texts[:2] for piece in cut.split(text) if piece.strip()]
    return sorted({text for text in [*texts, *pieces] if len(text) <= MAX_LENGTH})


def words() -> list[str]:
    """The words and signs of the language, and what is awkward in any."""
    grammar = (ROOT / "dsl" / "syntax" / "grammar.lark").read_text("utf-8")
    functions = (ROOT / "dsl" / "types" / "functions.py").read_text("utf-8")
    found = set(re.findall(r'"([a-z_]+|[-+*/^<>=!~(),:]+)"', grammar + functions)) | set(DECLARATION_WORDS)
    found |= {
        "uses ai_infrastructure",
        "8 quarters",
        "2026-06-30",
        "25%",
        "2pp",
        "50bps",
        "22x",
        "380bn CNY",
        "999999999999tn",
    }
    found |= {
        '"{',
        '}"',
        "{{",
        "((",
        "))",
        "not not ",
        "^-",
        "\r\n",
        "\u00a0",
        "\u3000",
        "\ufeff",
        "\u202e",
        "é",
        "е",
        "\x00",
    }
    found.add("(" * (MAX_DEPTH + 1))
    return sorted(found)


def prepare(folder: Path) -> tuple[Path, Path]:
    """Writes the corpus and the dictionary where they are not there yet."""
    corpus, dictionary = folder / "corpus", folder / "words.dict"
    corpus.mkdir(parents=True, exist_ok=True)
    (folder / "found").mkdir(exist_ok=True)
    for data in seeds():
        (corpus / hashlib.sha1(data).hexdigest()).write_bytes(data)
    lines = ('"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"' for word in words())
    dictionary.write_text("\n".join(lines) + "\n")
    return corpus, dictionary


def main() -> None:
    """Runs until libFuzzer ends."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    corpus, dictionary = prepare(folder)
    counts = {"texts": 0, "programs": 0}

    def one(data: bytes) -> None:
        try:
            checked = survives_bytes(data)
            counts["texts"] += checked is not None
            if checked is not None and checked.program is not None:
                counts["programs"] += 1
                goes_all_the_way(checked, pages=counts["programs"] % 20 == 0)  # templates are slow, and no rules
        except Exception as error:  # whatever it is, it is a finding; the run goes on
            frames = traceback.extract_tb(error.__traceback__)
            place = f"{type(error).__name__} {frames[-1].filename}:{frames[-1].lineno} {frames[2].lineno if len(frames) > 2 else ''}"
            name = folder / "found" / hashlib.sha1(place.encode()).hexdigest()[:12]
            if not name.exists():
                name.write_bytes(data)
                name.with_suffix(".txt").write_text(traceback.format_exc()[-6000:])
                print(f"FOUND {place}: {name}", file=sys.stderr, flush=True)
        if sum(counts.values()) % 5000 == 0:
            print(f"READ {counts}", file=sys.stderr, flush=True)

    options = [
        f"-dict={dictionary}",
        f"-max_len={MAX_LENGTH}",
        "-timeout=30",
        "-rss_limit_mb=2048",
        f"-artifact_prefix={folder}/",
    ]
    atheris.Setup([sys.argv[0], *options, *sys.argv[2:], str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
