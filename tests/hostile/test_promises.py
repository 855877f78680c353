"""What SECURITY.md promises of rules and facts from strangers: a run reads what it was given, and does nothing else. And each
promise names tests that there are."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.support.command_line import DAY, FACTS

SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
WATCHED = """
import atexit, json, os, sys
seen = []
BESIDE = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "os.remove", "os.rename", "os.rmdir",
          "os.mkdir", "os.link", "os.symlink", "os.kill", "os.putenv", "os.chmod", "os.truncate", "shutil.", "urllib.", "http.", "ftplib.",
          "smtplib.", "webbrowser.", "ctypes.dlopen", "pty.", "tempfile.")
def watch(event, args):
    if event == "open":
        writes = isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        seen.append(["write" if writes else "read", str(args[0])])
    elif event.startswith(BESIDE):
        seen.append([event, str(args)[:200]])
sys.addaudithook(watch)
atexit.register(lambda: print("SEEN" + json.dumps(seen), file=sys.stderr))
sys.argv = ["thesis", *sys.argv[1:]]
from evaluator.entry.start import main
main()
"""
EVIL = """\
rules evil "{open('/etc/passwd').read()} {{cycler.__init__.__globals__.os.system('touch made')}} `touch made` $(touch made)"
input growth "<script src=//x.example/a.js></script> %s %n" : percent
metric twice "[x](javascript:alert(1)) ![](http://x.example/a.png)" = growth * 2
pillar demand "{{7*7}} {growth.__class__}"
bull growing "; touch made" on demand when growth > 1% because "It grows by {growth}. $HOME /etc/passwd"
kill over "secret.txt" when twice > 900%
"""


def lay(folder: Path) -> None:
    (folder / "facts").mkdir()
    evil = FACTS[: FACTS.index("  margin:")].replace(
        "source: Results", 'source: "$(touch made) {{7*7}} file:///etc/passwd", url: "https://x.example/a?b"'
    )
    (folder / "facts" / "ACME.yaml").write_text(evil, encoding="utf-8")
    (folder / "evil.thesis").write_text(EVIL, encoding="utf-8")
    (folder / "worse.thesis").write_text(
        EVIL + 'uses "../../etc/passwd", secret\nmetric m = open("secret.txt")\n', encoding="utf-8"
    )
    (folder / "secret.txt").write_text("a secret", encoding="utf-8")


@pytest.mark.parametrize("args", [
    ("report", "evil", "--for", "ACME", *DAY), ("report", "evil", "--for", "ACME", "--format", "html", *DAY), ("check", "evil"),
    ("check", "worse"), ("report", "worse", "--for", "ACME", *DAY), ("explain", "evil", "twice", "--for", "ACME", *DAY), ("graph", "evil"),
    ("test", "evil"), ("portable", "evil", "--for", "ACME", *DAY), ("facts", "check", "ACME", *DAY), ("prove", "evil", "--budget", "0.5"),
], ids=" ".join)  # fmt: skip
def test_rules_and_facts_do_nothing_but_be_read(tmp_path: Path, args: tuple[str, ...]) -> None:
    lay(tmp_path)
    before = sorted(path for path in tmp_path.rglob("*"))
    known = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run([sys.executable, "-c", WATCHED, *args], cwd=tmp_path, env=known, capture_output=True, text=True, timeout=120,
                         check=False)  # fmt: skip
    assert ran.returncode in (0, 1, 2), ran.stderr
    seen = json.loads(ran.stderr[ran.stderr.rindex("SEEN") + 4 :])
    beside = [what for what in seen if what[0] not in ("read", "ctypes.dlopen")]
    assert beside == [], beside
    read = {Path(tmp_path, name).resolve() for what, name in seen if what == "read" and not name.isdecimal()}
    own = {path for path in read if path.is_relative_to(tmp_path)}
    assert {path.suffix for path in own} <= {".thesis", ".yaml", ""}, own
    assert not [path for path in read if path.name in ("secret.txt", "passwd", "shadow")]
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_the_watch_sees_what_is_done(tmp_path: Path) -> None:
    """What is promised not to happen is seen where it does happen."""
    lay(tmp_path)
    known = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", WATCHED, "report", "evil", "--for", "ACME", "-o", "made.md", *DAY], cwd=tmp_path, env=known,
                         capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
    seen = json.loads(ran.stderr[ran.stderr.rindex("SEEN") + 4 :])
    assert {"write", "os.rename"} <= {what for what, _ in seen}


def test_only_the_command_line_looks_at_the_clock() -> None:
    looks = re.compile(r"\.today\(\)|datetime\.now\(|time\.time\(\)")
    found = {path.relative_to(ROOT).parts[:2] for folder in ("dsl", "evaluator") for path in (ROOT / folder).rglob("*.py")
             if looks.search(path.read_text(encoding="utf-8"))}  # fmt: skip
    assert found <= {("evaluator", "commands")} | CLOCKS, found


CLOCKS = {("evaluator", "session"), ("evaluator", "readers")}


def promised() -> list[tuple[str, str]]:
    """The tests that SECURITY.md names: file and function."""
    return re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", SECURITY)


def test_each_promise_names_tests_that_there_are() -> None:
    rows = SECURITY.split("## How it is tested")[1].split("\n## ")[0].split("\n")
    bare = [
        row for row in rows if row.startswith("| ") and "promise |" not in row and "---" not in row and "::" not in row
    ]
    assert bare == []
    assert len(promised()) >= 20
    for file, name in promised():
        text = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^def {name}\b", text, re.M), f"{file}::{name}"
