"""What two texts must share to mean the same, and the hash that says so on every machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dsl.check.checker import check_file
from dsl.link.library import Library
from dsl.link.meaning import encode
from dsl.text.source import SourceFile
from tests.dsl.link.test_load import BASE, THESIS
from tests.paths import ROOT

FRAME = 'rules x "X"\ninput a "A" : percent\ninput n "N" : number\ninput f "F" : flag\n{}\n'


def fingerprint(text: str, path: str = "x.thesis") -> str:
    found = check_file(SourceFile(path, text), Library(()))
    assert found.errors == []
    return found.fingerprint()


SAME = [
    ("kill k when n > 1", "kill k when n > 1.0"),
    ("kill k when a - a > 50bps", "kill k when (a - a) > 0.5pp"),
    ("metric m = a = 1%", "metric m = a == 1%"),
    ('pillar p "P?" bull b on p when f', 'pillar p "P?" bull b on p weight 1 when f'),
    ('pillar p pillar q bull b on p, q when f', 'pillar p pillar q bull b on q, p when f'),
    ("param p = 1% from 2026-01-01 = 2% from 2027-01-01 = 3%", "param p = 1% from 2027-01-01 = 3% from 2026-01-01 = 2%"),
    ("scenario s assume a = 1%, n = 2", "scenario s assume n = 2, a = 1%"),
    ('example "e" given a = 1%, n = 2 expect f', 'example "e" given n = 2, a = 1% expect f'),
    ('example "e" expect f example "d" expect f', 'example "d" expect f example "e" expect f'),
    ("uncertain a ~ normal(1%, 1pp) uncertain n ~ uniform(1, 2)", "uncertain n ~ uniform(1, 2) uncertain a ~ normal(1%, 1pp)"),
    ('kill k when f because "At {a}."', 'kill k when f because "At { a }."'),
    ("metric m = (n)", "metric m = +n"),
]  # fmt: skip
OTHER = [
    ("kill k when n > 1", "kill k when n > 2"), ("kill k when a > 1%", "kill k when a >= 1%"),
    ("metric m = n * 100%", "metric m = n * 1"),
    ("kill k when f and a > 1%", "kill k when a > 1% and f"),  # the written order is kept
    ("metric m = true", "metric m = false"), ('example "e" given a = 1% expect f', 'example "e" given a = unknown expect f'),
    ("metric m = n * 0", "metric m = n * 1"),
    ("metric m = n - 1 - 1", "metric m = n - (1 - 1)"),
    ('kill k "K" when f', 'kill k when f'), ('kill k "K" when f', 'kill k "k" when f'),
    ('param p = 1% source "A"', 'param p = 1% source "B"'), ('param p = 1% source "A"', "param p = 1%"),
    ("param p = 1% from 2026-01-01 = 2%", "param p = 1% from 2026-01-02 = 2%"),
    ("input b : percent optional", "input b : percent"),
    ("input b : percent between 0% and 1%", "input b : percent between 0% and 2%"),
    ("input b : money per quarter", "input b : money per year"), ("input b : money in USD", "input b : money in CNY"),
    ("input b : percent stale after 3 days", "input b : percent stale after 4 days"),
    ("kill k by 2027-01-01 when f", "kill k by 2027-01-02 when f"),
    ('kill k when f because "At {a}."', 'kill k when f because "At {n}."'),
    ("kill k when a is known", "kill k when a is not known"),
    ('example "e" expect f', 'example "e" expect f example "e" expect f'),
    ("uncertain a ~ normal(1%, 1pp)", "uncertain a ~ normal(2%, 1pp)"),
    ("uncertain a ~ 1% to 2%", "uncertain a ~ uniform(1%, 2%)"), ("uncertain a ~ 1% to 2%", "uncertain a ~ 1% to 3%"),
    ("uncertain a ~ 1% to 2% uncertain n ~ 1 to 2 correlated with a 0.1", "uncertain a ~ 1% to 2% uncertain n ~ 1 to 2"),
    ("uncertain a ~ 1% to 2% uncertain n ~ 1 to 2 correlated with a 0.1",
     "uncertain a ~ 1% to 2% uncertain n ~ 1 to 2 correlated with a -0.1"),
    ("metric m = n tolerance 1", "metric m = n"), ("metric m : number = n", "metric m = n"),
    ("forecast p for 3 years starts n then previous", "forecast p for 4 years starts n then previous"),
    ("catalyst c on 2026-08-27 expects f", "catalyst c on 2026-08-28 expects f"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_in_other_words(one: str, other: str) -> None:
    assert fingerprint(FRAME.format(one)) == fingerprint(FRAME.format(other))


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_is_not_the_same(one: str, other: str) -> None:
    assert fingerprint(FRAME.format(one)) != fingerprint(FRAME.format(other))


def test_the_header_counts_but_for_its_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.thesis").write_text(BASE, "utf-8")
    (tmp_path / "other.thesis").write_text('rules other "Other, with nothing in it"\n', "utf-8")
    alone = THESIS.replace("uses base", 'asks "Does it grow?"') + "\n" + BASE.partition('grow?"\n')[2]
    assert fingerprint(THESIS) == fingerprint(alone) == fingerprint(f"{THESIS}, other")
    for changed in (THESIS.replace("top", "pot"), THESIS.replace("Top", "Pot"), THESIS.replace("BABA", "MSFT"),
                    f'{THESIS} asks "What?"', f'{THESIS} view "So."', f"{THESIS} show growth",
                    f"{THESIS} show growth, doubled"):  # fmt: skip
        assert fingerprint(changed) != fingerprint(THESIS)


def test_what_an_override_makes_may_be_written_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.thesis").write_text(BASE, "utf-8")
    changes = (
        'override param least = 20% source "Letter"\noverride bull grows weight 5\noverride kill over by 2028-01-01\n'
        "override input growth : percent per quarter stale after 90 days\noverride uncertain growth ~ uniform(1%, 2%)\n"
        'override verdict call when slows then "Out" bearish otherwise "Hold" neutral\ndrop scenario boom\ndrop metric lonely\n'
    )
    written = BASE.replace('= 10% source "House view"', '= 20% source "Letter"').replace("weight 3", "weight 5")
    written = (
        written.replace("2027-06-30", "2028-01-01")
        .replace("120 days", "90 days")
        .replace("normal(35%, 6pp)", "uniform(1%, 2%)")
    )
    written = written.replace('"In" bullish', '"Hold" neutral')
    kept = [line for line in written.splitlines() if not line.startswith(("scenario boom", "metric lonely"))]
    (tmp_path / "out.thesis").write_text("\n".join(kept).replace("rules base", "rules out"), "utf-8")
    assert fingerprint(f"{THESIS}\n{changes}") == fingerprint(THESIS.replace("uses base", "uses out"))


def test_a_meaning_is_written_the_same_everywhere() -> None:
    assert encode(("a", 1.0, 0.1, 3, True, None, ())) == '("a" 0x1.0000000000000p+0 0x1.999999999999ap-4 3 yes ~ ())'
    assert encode("é") == '"\\u00e9"'


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_hash_does_not_hang_on_the_process(seed: str) -> None:
    """Frozen: another value means that hashes in reports that are out no longer say which rules they came from."""
    ran = subprocess.run(  # the program under test
        [sys.executable, "-m", "evaluator.commands.main", "check", "ai_infrastructure", "--format", "json"],
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    frozen = (ROOT / "tests" / "golden" / "fingerprint.txt").read_text("utf-8").strip()
    assert f'"fingerprint": "{frozen}"' in ran.stdout
