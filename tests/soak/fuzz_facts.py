"""A coverage-guided fuzzer for rules and facts together, from bytes to a rendered report; run by hand.

    pip install atheris
    python -m tests.soak.fuzz_facts FOLDER [--planted] [--texts] -max_total_time=1200

What is changed is the bytes that choose rules and facts (`drawn.py`), so that nearly every input comes to a report; with
`--texts` the texts of rules and facts themselves, here and there, as slips of the pen are (`rules_and_facts.py`).

FOLDER holds the corpus and, under `found/`, each input that broke a law, one for each place in the code; the run goes on
after a finding. `--planted` puts two faults into the program, of which a run of a minute must find the first
(`planted_faults.py`).
Other arguments are libFuzzer's.
"""

from __future__ import annotations

import hashlib
import sys
import time
import traceback
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["evaluator"]):
    from tests.soak.drawn import LENGTH, input_of
    from tests.soak.planted_faults import planted
    from tests.soak.rules_and_facts import MAX_LENGTH, changed, crossed, keeps_the_law, seeds, words

RAW = 0.05
"""So many inputs are changed as bytes, by libFuzzer: most of these are no rules or no facts any more."""
REACHING = 0.9
"""So often is an input that came to a report changed in place of one that did not."""


class Changes:
    """What is made of inputs. libFuzzer keeps each that reached a new place, and refusals have many: most often it is one of
    those that came to a report that is changed in its stead."""

    def __init__(self) -> None:
        self.reached: set[bytes] = set()
        """The hashes of inputs that came to a report."""
        self._kept: dict[bytes, bytes] = {}
        """Those of them that libFuzzer handed over, by hash."""
        self._order: list[bytes] = []

    def _instead(self, data: bytes, random: Random) -> bytes:
        key = hashed(data)
        if key in self.reached:
            if key not in self._kept:
                self._kept[key] = data
                self._order.append(key)
            return data
        return self._kept[random.choice(self._order)] if self._order and random.random() < REACHING else data

    def mutated(self, data: bytes, most: int, seed: int) -> bytes:
        """An input that is changed."""
        random = Random(seed)
        data = self._instead(data, random)
        return bytes(atheris.Mutate(data, most)) if random.random() < RAW else changed(data, random)[:most]

    def crossed(self, one: bytes, other: bytes, most: int, seed: int) -> bytes:
        """An input that is made of two."""
        random = Random(seed)
        return crossed(self._instead(one, random), other, random)[:most]


def hashed(data: bytes) -> bytes:
    """Enough to know an input again."""
    return hashlib.blake2b(data, digest_size=8).digest()


def breaks(data: bytes) -> bool:
    """Whether an input breaks a law."""
    try:
        keeps_the_law(data, page=False)
    except Exception:
        return True
    return False


def main() -> None:
    """Runs until libFuzzer ends."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    folder, more = Path(sys.argv[1]), [arg for arg in sys.argv[2:] if arg not in ("--planted", "--texts")]
    texts = "--texts" in sys.argv
    corpus, dictionary = folder / "corpus", folder / "words.dict"
    corpus.mkdir(parents=True, exist_ok=True)
    (folder / "found").mkdir(exist_ok=True)
    faults = ExitStack()
    begun = seeds() if texts else [Random(n).randbytes(LENGTH) for n in range(20)]
    if "--planted" in sys.argv:
        faults.enter_context(planted())
        begun = [
            data for data in begun if not breaks(data if texts else input_of(data) or b"")
        ]  # to be found, not given
    for data in begun:
        (corpus / hashlib.sha1(data).hexdigest()).write_bytes(data)
    lines = ('"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"' for word in words())
    dictionary.write_text("\n".join(lines) + "\n")
    counts: Counter[str] = Counter()
    changes = Changes()
    began = time.monotonic()

    def tried(data: bytes) -> None:
        counts["inputs"] += 1
        chosen, data = data, data if texts else input_of(data) or b""
        try:
            came_to = keeps_the_law(data, page=counts["reports"] % 20 == 0)
            counts[came_to] += 1
            if came_to == "reports":
                changes.reached.add(hashed(chosen))
        except Exception as error:  # whatever it is, it is a finding; the run goes on
            frames = traceback.extract_tb(error.__traceback__)
            place = f"{type(error).__name__} {frames[-1].filename}:{frames[-1].lineno}"
            name = folder / "found" / hashlib.sha1(place.encode()).hexdigest()[:12]
            counts["broke a law"] += 1
            if not name.exists():
                name.write_bytes(data)
                name.with_suffix(".txt").write_text(traceback.format_exc()[-6000:])
                after = f"{counts['inputs']} inputs, {time.monotonic() - began:.0f} s"
                print(f"FOUND {place} after {after}: {name}", file=sys.stderr, flush=True)
        if counts["inputs"] % 200 == 0:
            print(f"READ {dict(counts)} in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    options = [
        *([f"-dict={dictionary}"] if texts else []),
        f"-max_len={MAX_LENGTH if texts else LENGTH}",
        "-timeout=30",
        *(["-mutate_depth=1"] if texts else []),
        "-rss_limit_mb=3072",
        f"-artifact_prefix={folder}/",
    ]
    ways = {"custom_mutator": changes.mutated, "custom_crossover": changes.crossed} if texts else {}
    atheris.Setup([sys.argv[0], *options, *more, str(corpus)], tried, **ways)
    with faults:
        atheris.Fuzz()


if __name__ == "__main__":
    main()
