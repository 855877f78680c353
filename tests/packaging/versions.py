"""The lowest and the newest versions that pyproject.toml allows, tried: `python -m tests.packaging.versions lowest newest`.

For each its own environment: the wheel is built and installed there with its extras, each command is run, and a
selection of the tests. Exit status 1 where anything fails. `--python` names another interpreter (3.11 to 3.13),
`--constraints` prints the versions for pip (`.ci/lowest.txt` holds them), `--no-tests` leaves the tests away.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOWEST = ROOT / ".ci" / "lowest.txt"
_REQUIREMENT = re.compile(r"([A-Za-z0-9_.-]+)>=([0-9.]+)(?:,<[0-9.]+)?")
_TOOLS = ("mypy", "ruff")
"""They look at the code and run none of it: their newest versions do."""
EXTRAS = ("docx", "notebook", "parquet", "pdf", "prove", "simulate")
TESTING = ("pytest", "hypothesis", "jsonschema", "pytest-xdist")
DAY = ("--as-of", "2026-05-14")
ABOUT = ("--name", "A", "--for", "A", "--reports-in", "USD", "--fiscal-year-ends", "12-31")
COMMANDS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("--version",), 0),
    (("--help",), 0),
    (("list",), 0),
    (("new", "bank", "begun.thesis", "--for", "BGN"), 0),
    (("lsp", "--help"), 0),
    (("report", "alibaba", *DAY), 0),
    (("report", "alibaba", *DAY, "-o", "memo.html"), 0),
    (("report", "alibaba", *DAY, "--format", "json"), 0),
    (("report", "alibaba", *DAY, "-o", "memo.pdf"), 0),
    (("report", "alibaba", *DAY, "-o", "memo.docx"), 0),
    (("report", "alibaba", *DAY, "-o", "memo.xlsx"), 0),
    (("report", "alibaba", *DAY, "--format", "card"), 0),
    (("report", "alibaba", *DAY, "--format", "slack"), 0),
    (("templates", "export", "mine"), 0),
    (("report", "alibaba", *DAY, "--template", "mine", "-o", "own.html"), 0),
    (("explain", "alibaba", "setup", *DAY), 0),
    (("flip", "alibaba", "slows", *DAY), 0),
    (("seek", "alibaba", "cloud_path = 300bn CNY", "by", "cloud_growth", *DAY), 0),
    (("simulate", "alibaba", "--draws", "1024", *DAY), 0),
    (("sensitivity", "alibaba", *DAY), 0),
    (("changes", "alibaba", "--from", "2026-02-01", "--to", "2026-05-14"), 0),
    (("scenarios", "alibaba", *DAY, "--grid", "forward_pe=10x..40x:3"), 0),
    (("history", "alibaba", "--from", "2026-05-12", "--to", "2026-05-14"), 0),
    (("graph", "alibaba"), 0),
    (("check", "alibaba", "--format", "json"), 0),
    (("check", "--explain"), 0),
    (("check", "--explain", "T001"), 0),
    (("test", "rule_of_40", "--coverage"), 0),
    (("prove", "rule_of_40", "--budget", "2"), 0),
    (("diff", "alibaba", "alibaba"), 0),
    (("compare", "alibaba", "--for", "BABA", *DAY, "--format", "csv"), 0),
    (("compare", "alibaba", "--for", "BABA", *DAY, "-o", "grid.xlsx"), 0),
    (("screen", "rule_of_40", "--universe", "table.parquet", *DAY), 1),
    (("portable", "alibaba", *DAY), 1),
    (("facts", "show", "BABA", *DAY), 0),
    (("facts", "check", "BABA", *DAY), 0),
    (("facts", "coverage", "alibaba", "--for", "BABA", *DAY), 0),
    (("facts", "template", "alibaba", "-o", "empty.yaml"), 0),
    (("facts", "import", "table.csv", "--to", "kept.yaml", *ABOUT), 0),
    (("facts", "import", "table.parquet", "--to", "kept2.yaml", *ABOUT), 0),
    (("facts", "fetch", "ACME"), 2),
    (("fmt", "--check", "small.thesis"), 0),
    (("no-such-command",), 2),
    (("report", "alibaba", "--as-of", "yesterday"), 2),
)  # fmt: skip
"""Each with the exit status that it must have."""
TESTS = (
    "tests/evaluator/readers",
    "tests/evaluator/facts",
    "tests/evaluator/values/test_laws_intervals.py",
    "tests/dsl/syntax/test_lalr.py",
    "tests/evaluator/render/test_hostile.py",
)


def lowest() -> dict[str, str]:
    """Each package that pyproject.toml names with a lowest version, and that version; tools left out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    every = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    found = [match.groups() for text in every if (match := _REQUIREMENT.fullmatch(text))]
    return {name: version for name, version in sorted(found, key=lambda f: f[0].lower()) if name not in _TOOLS}


def constraints() -> str:
    """The lowest versions as pip's `--constraint` takes them."""
    return "".join(f"{name}=={version}\n" for name, version in lowest().items())


def run(*command: str | Path, cwd: Path, within: int) -> subprocess.CompletedProcess[str]:
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return subprocess.run(
        [str(c) for c in command],
        cwd=cwd,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )


def must(*command: str | Path, cwd: Path, within: int = 1_200) -> None:
    ran = run(*command, cwd=cwd, within=within)
    if ran.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}")


def environment(base: Path, python: str, which: str) -> Path:
    """An environment with the wheel, its extras and what runs the tests. Its interpreter."""
    must(python, "-m", "venv", base / "env", cwd=base)
    inside = base / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = (inside, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet")
    must(*pip, "wheel", "--no-deps", "--wheel-dir", base, ROOT, cwd=base)
    (wheel,) = base.glob("*.whl")
    held: list[str | Path] = []
    if which == "lowest":
        (base / "lowest.txt").write_text(constraints(), encoding="utf-8")
        held = ["--constraint", base / "lowest.txt"]
    must(*pip, "install", *held, f"{wheel}[{','.join(EXTRAS)}]", *TESTING, cwd=base)
    return inside


def commands(inside: Path, work: Path) -> Iterable[str]:
    """What fails of the commands, in an empty folder with a table and a rule file."""
    table = "metric,period,value,published,kind,source\nrevenue,FY2025,1.5bn,2026-02-01,reported,Results\n"
    (work / "table.csv").write_text(table, encoding="utf-8")
    (work / "small.thesis").write_text('rules small "Small"\n\ninput growth "Growth" : percent\n', encoding="utf-8")
    must(inside, "-c", "import polars; polars.read_csv('table.csv').write_parquet('table.parquet')", cwd=work)
    for args, status in COMMANDS:
        ran = run(inside.with_name("thesis"), *args, cwd=work, within=300)
        if ran.returncode != status or "Traceback" in ran.stderr or "is none of yours" in ran.stderr:
            yield f"thesis {' '.join(args)}: exit status {ran.returncode}, not {status}\n{ran.stderr[-600:]}"


def tests(inside: Path) -> Iterable[str]:
    """What fails of the tests, which are those of the checkout."""
    options = ("-q", "-n", "0", "-x", "-p", "no:cacheprovider", "--no-header")
    ran = run(inside, "-m", "pytest", *options, *TESTS, cwd=ROOT, within=1_800)
    print("  tests:", ran.stdout.strip().splitlines()[-1] if ran.stdout.strip() else "nothing")
    if ran.returncode:
        yield f"tests fail\n{ran.stdout[-3000:]}{ran.stderr[-600:]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("which", nargs="*", help="lowest, newest (default: both)")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--constraints", action="store_true")
    parser.add_argument("--no-tests", action="store_true")
    asked = parser.parse_args()
    if asked.constraints:
        print(constraints(), end="")
        return
    if set(asked.which) - {"lowest", "newest"}:
        parser.error("name lowest, newest or both")
    failed: list[str] = []
    for which in asked.which or ["lowest", "newest"]:
        with tempfile.TemporaryDirectory() as folder:
            base, work = Path(folder), Path(folder) / "work"
            work.mkdir()
            inside = environment(base, asked.python, which)
            listed = run(inside, "-m", "pip", "list", "--format", "freeze", cwd=base, within=60).stdout.split()
            version = run(inside, "-V", cwd=base, within=60).stdout.strip()
            print(f"{which}: {version}, {', '.join(p for p in listed if p.partition('==')[0] in lowest())}", flush=True)
            found = [*commands(inside, work), *([] if asked.no_tests else tests(inside))]
            print(f"  {len(COMMANDS)} commands, {len(found)} failures", flush=True)
            failed += found
    for text in failed:
        print(text, file=sys.stderr)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
