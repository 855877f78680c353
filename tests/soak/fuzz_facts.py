"""A coverage-guided fuzzer for rules and facts together, from bytes to a rendered report; run by hand.

    pip install atheris
    python -m tests.soak.fuzz_facts FOLDER [--planted] -max_total_time=1200

An input is a rule file, a line `%%%%`, and a facts file (YAML; after a line `csv`, a table; after `json`, company facts).
FOLDER holds the corpus and, under `found/`, each input that broke a law, one for each place in the code; the run goes on
after a finding. `--planted` puts a fault into the reading of figures, which a run of a few minutes must find: a fuzzer that
cannot find it shows nothing by finding nothing. Other arguments are libFuzzer's.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import traceback
from pathlib import Path
from random import Random

import atheris

from tests.paths import ROOT

with atheris.instrument_imports(include=["evaluator"]):
    from dsl.text.hidden import HIDDEN
    from dsl.text.source import SourceFile, UnreadableFileError, decode
    from evaluator.facts import spelling
    from evaluator.readers import yaml_facts
    from evaluator.readers.assemble import assemble
    from evaluator.readers.files import csv_file
    from evaluator.readers.filings import filings
    from evaluator.readers.rows import Cell, Reading, Settings
    from evaluator.render.as_json import render_json
    from evaluator.render.page import render
    from evaluator.session.run import Run, run
    from tests.support.command_line import FACTS, RULES
    from tests.support.survival import AS_OF, can_be_looked_at, survives

MARK = "\n%%%%\n"
MAX_LENGTH = 4_000
HEAD = {"name": "Acme", "ticker": "ACME", "currency": "CNY", "fiscal_year_ends": "03-31"}
WORDS = (
    "facts:\n", "  growth:\n", "    - {", "period: ", "date: ", "value: ", "published: ", "kind: ", "source: ",
    "2026-03-31", "2025-12-31", "2026-05-13", "FY2026", "Q3 FY2026", "H1 FY2026", "9M 2025-12-31", "TTM 2025-09-30",
    "YTD 2025-12-31", "reported", "estimate", "guidance", "claim", "derived", "about ", " within ", "at least ",
    "at most ", "between ", " and ", "unknown", "12%", "2pp", "1.5bn", "22x", "5bn USD", "exchange_rates:\n", "of: ",
    "to: ", "restates: ", "reports: halves", "fiscal_year_ends: 12-31, 03-31 from 2024-01-01", "rank: primary", MARK,
    "csv\n", "json\n", "metric,period,value", "quarter", "per quarter", "for 4 quarters", "latest(", "ttm(",
    "growth(", "streak(", "high(", "1 year ago", "is unknown", "per day",
)  # fmt: skip


def read(text: str) -> Reading:
    """A facts file by the reader that its first line names."""
    settings = Settings("ACME", currency="CNY")
    if text.startswith("csv\n"):
        return csv_file.read(SourceFile("f.csv", text[4:]), settings)
    if text.startswith("json\n"):
        return filings.read(SourceFile("f.json", text[5:]), settings)
    return yaml_facts.read(SourceFile("f.yaml", text))


def one(data: bytes, counts: dict[str, int]) -> None:
    """The law: rules and facts are read, what is wrong with them is said, and where nothing is a report is made."""
    counts["inputs"] += 1
    try:
        rules, _, facts = decode("x", data).partition(MARK)
    except UnreadableFileError:
        counts["no text"] += 1
        return
    reading = read(facts)
    readings = [reading]
    if not reading.head:
        source = SourceFile("head", " ")
        readings.append(Reading("head", {k: Cell(v, source.span(0, 1)) for k, v in HEAD.items()}, source.span(0, 1)))
    company, problems = assemble(readings, "f")
    assert company is not None or problems
    checked = survives(rules)
    if company is None or checked.program is None:
        counts["refused"] += 1
        return
    for fact in company.facts:
        texts = (fact.name, fact.source, fact.value if isinstance(fact.value, str) else "")
        assert not any(HIDDEN.search(text) for text in texts)
    found = run(checked, company, AS_OF)
    if not isinstance(found, Run):
        assert found.diagnostics
        counts["refused"] += 1
        return
    counts["reports"] += 1
    can_be_looked_at(checked)
    report = found.report()
    assert render_json(report)
    if counts["reports"] % 20 == 0:  # templates are slow, and neither rules nor facts
        assert render(report, "md")
        assert render(report, "html")


_TOKEN = re.compile(rb"[0-9]+(?:\.[0-9]+)?|[A-Za-z_]+")
_FIGURES = (b"0", b"1", b"2", b"9", b"12", b"50", b"100", b"2025", b"1e5", b"999999999", b"0.5")


def changed(data: bytes, most: int, seed: int) -> bytes:
    """An input with a figure or a word in place of another, or as libFuzzer changes it: bytes alone seldom make a figure."""
    random = Random(seed)
    tokens = list(_TOKEN.finditer(data))
    if not tokens or random.random() < 0.4:
        return bytes(atheris.Mutate(data, most))
    for _ in range(random.choice((1, 1, 2, 4))):
        at = random.choice(tokens)
        other = (
            random.choice(_FIGURES)
            if at[0][:1].isdigit()
            else random.choice((random.choice(tokens)[0], random.choice(WORDS).encode()))
        )
        data = data[: at.start()] + other + data[at.end() :]
        tokens = list(_TOKEN.finditer(data)) or tokens
    return data[:most]


def plant() -> None:
    """A figure whose `within` is larger than itself is a mistake of the program's."""
    sound = spelling._about

    def planted(value: spelling.Amount, within: spelling.Amount) -> object:
        if isinstance(within, spelling.Amount) and isinstance(value, spelling.Amount) and within.low > value.low > 0:
            raise RuntimeError("the planted fault")
        return sound(value, within)

    spelling._about = planted  # type: ignore[assignment]


def seeds() -> list[bytes]:
    """Small rules with small facts, and the facts of the case files with rules that ask for their names."""
    facts = [FACTS, *(path.read_text("utf-8") for path in (ROOT / "tests" / "cases").glob("facts_*/*.yaml"))]
    table = "csv\nmetric,period,value,published,kind,source\ngrowth,2026-03-31,12%,2026-05-13,reported,R\n"
    item = {"start": "2025-04-01", "end": "2026-03-31", "val": 5, "accn": "1", "form": "10-K", "filed": "2026-05-13"}
    concepts = {"Revenues": {"units": {"CNY": [item]}}}
    filed = "json\n" + json.dumps({"cik": 1, "entityName": "A", "facts": {"us-gaap": concepts}})
    spelled = ("about 9% within 1pp", "about 9%", "between 1% and 2%", "at least 5%", "at most 5%", "unknown", "-3.5%")
    facts += [FACTS.replace("12%", value) for value in spelled]
    made = [RULES + MARK + text for text in (*facts, table, filed)]
    for text in facts:
        names = dict.fromkeys(re.findall(r"^  ([a-z_]+):", text, re.M))
        inputs = "".join(f'input {name} "I" : percent per quarter\n' for name in names)
        asks = "".join(f"bull b_{name} when {name} > 5%\n" for name in names)
        made.append(f'rules r "R"\n{inputs}{asks}' + MARK + text)
    return sorted({text.encode() for text in made if len(text) <= MAX_LENGTH})


def main() -> None:
    """Runs until libFuzzer ends."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    folder, more = Path(sys.argv[1]), [arg for arg in sys.argv[2:] if arg != "--planted"]
    if "--planted" in sys.argv:
        plant()
    corpus, dictionary = folder / "corpus", folder / "words.dict"
    corpus.mkdir(parents=True, exist_ok=True)
    (folder / "found").mkdir(exist_ok=True)
    for data in seeds():
        (corpus / hashlib.sha1(data).hexdigest()).write_bytes(data)
    lines = ('"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"' for word in WORDS)
    dictionary.write_text("\n".join(lines) + "\n")
    counts = dict.fromkeys(("inputs", "no text", "refused", "reports", "found"), 0)

    def tried(data: bytes) -> None:
        try:
            one(data, counts)
        except Exception as error:  # whatever it is, it is a finding; the run goes on
            frames = traceback.extract_tb(error.__traceback__)
            place = f"{type(error).__name__} {frames[-1].filename}:{frames[-1].lineno}"
            name = folder / "found" / hashlib.sha1(place.encode()).hexdigest()[:12]
            counts["found"] += 1
            if not name.exists():
                name.write_bytes(data)
                name.with_suffix(".txt").write_text(traceback.format_exc()[-6000:])
                print(f"FOUND {place} after {counts['inputs']} inputs: {name}", file=sys.stderr, flush=True)
        if counts["inputs"] % 2_000 == 0:
            print(f"READ {counts}", file=sys.stderr, flush=True)

    options = [
        f"-dict={dictionary}",
        f"-max_len={MAX_LENGTH}",
        "-timeout=30",
        "-rss_limit_mb=2048",
        f"-artifact_prefix={folder}/",
    ]
    atheris.Setup([sys.argv[0], *options, *more, str(corpus)], tried, custom_mutator=changed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
