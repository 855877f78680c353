"""What keeps rules in order where they are committed: the hooks for pre-commit, the action for GitHub and its comment."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from editors import github_comment
from tests.paths import ROOT, RULES
from tests.support.command_line import call
from tests.support.editing import SMALL
from tests.support.repository import commit


def hooks() -> list[dict[str, str]]:
    found: list[dict[str, str]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return found


@pytest.mark.parametrize("hook", hooks(), ids=lambda hook: hook["id"])
def test_a_hook_runs_on_the_files_that_it_names(
    hook: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if "facts" in hook["id"]:
        file = RULES / "facts" / "ORCL.yaml"
        assert re.search(hook["files"], "rules/facts/ORCL.yaml")
        assert not re.search(hook["files"], "rules/oracle.thesis")
    else:
        file = tmp_path / "rules.thesis"
        file.write_text(SMALL, "utf-8")
        assert re.search(hook["files"], file.name)
    ran = call(*hook["entry"].removeprefix("thesis ").split(), str(file))
    assert ran.status == 0, ran.err
    if "check" in hook["id"] and "facts" not in hook["id"]:
        file.write_text(SMALL.replace("20%", "20"), "utf-8")
        assert call("check", str(file)).status == 1


def test_the_action_runs_commands_that_there_are() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    runs = [step["run"] for step in action["runs"]["steps"] if "run" in step]
    commands = {tuple(found.split()) for run in runs for found in re.findall(r"thesis ((?:facts )?[a-z]+)", run)}
    assert commands == {("check",), ("fmt",), ("test",), ("facts", "check")}
    (comment,) = (run for run in runs if "github_comment.py" in run)
    assert github_comment.MARK in comment  # by which an earlier comment is found again
    for option in re.findall(r" (--(?:base|companies|output|as-of))\b", comment):
        assert option in (ROOT / "editors" / "github_comment.py").read_text("utf-8")
    for command in commands:
        assert call(*command, "--help").status == 0
    for step in action["runs"]["steps"]:
        assert "${{ inputs." not in step.get("run", ""), (
            "what a user gives goes in through the environment, never as code"
        )


FACTS = """name: Acme, an invented company
ticker: {ticker}
currency: USD
fiscal_year_ends: 12-31
facts:
  revenue:
    - {{period: 2025-03-31, value: 100m, published: 2025-04-20, kind: reported, source: "invented"}}
    - {{period: 2026-03-31, value: {value}, published: 2026-04-20, kind: reported, source: "invented"}}
"""


def test_a_pull_request_is_told_what_its_edit_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For each thesis and company: the verdicts that turn by the edit alone, and the edit. What stays is not spoken of."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "facts").mkdir()
    for ticker, value in (("ACME", "138m"), ("OTHER", "180m")):
        (tmp_path / "facts" / f"{ticker}.yaml").write_text(FACTS.format(ticker=ticker, value=value), "utf-8")
    calm = SMALL.replace("thesis small", "thesis calm")
    base = commit(tmp_path, "2026-05-01", small=SMALL, calm=calm, module='rules module "M"\nparam p "P" = 1%\n')
    edited = SMALL.replace("= 20%", "= 40%").replace('"Is there demand?"', '"Is there | @demand?"')
    (tmp_path / "small.thesis").write_text(edited, "utf-8")
    (tmp_path / "new.thesis").write_text(calm.replace("calm", "new"), "utf-8")
    target = tmp_path / "comment.md"

    def run(arguments: Sequence[str]) -> tuple[int, str, str]:
        ran = call(*arguments)
        return ran.status, ran.out, ran.err

    given = ["--base", base, "--as-of", "2026-05-14", "--companies", "OTHER", "ACME", "--output", str(target), "--"]
    assert github_comment.main([*given, "small.thesis", "calm.thesis", "module.thesis", "new.thesis"], run) == 0
    said = target.read_text("utf-8")
    assert said.startswith(github_comment.MARK)
    assert "**Small**, ACME (`small.thesis`): 1 verdict turns." in said
    assert "| The call (verdict) | Buy | Wait |" in said
    assert "| Is there \\| @\u200bdemand? (pillar) | supported | open |" in said
    assert "**Small**, OTHER (`small.thesis` for OTHER): No verdict turns." in said
    assert said.count("changed param `strong`, value: 20% → 40%") == 2
    assert "calm.thesis" not in said
    assert "`new.thesis`** cannot be compared: " in said
    assert github_comment.main([*given, "calm.thesis"], run) == 0
    assert "No verdict, score or condition is another" in target.read_text("utf-8")


# --- the action as GitHub runs it -----------------------------------------------------------------------------------

EXAMPLE = 'example "it grows"\n  given growth = 10%\n  expect grows is true\n'


def matched(log: str) -> list[dict[str, str]]:
    """The annotations that GitHub makes of a log: commands in it, and lines that a matcher fits that was added before."""
    found: list[dict[str, str]] = []
    matchers: list[dict[str, Any]] = []
    lines = log.splitlines()
    for n, line in enumerate(lines):
        if line.startswith("::add-matcher::"):
            matchers += json.loads(Path(line.removeprefix("::add-matcher::")).read_text("utf-8"))["problemMatcher"]
        elif command := re.match(r"::(error|warning) file=(.+?),line=(\d+).*title=(\w+)::(.*)", line):
            found.append(dict(zip(("severity", "file", "line", "code", "message"), command.groups(), strict=True)))
        for matcher in matchers:
            fits = [
                re.match(each["regexp"], lines[n + k]) if n + k < len(lines) else None
                for k, each in enumerate(matcher["pattern"])
            ]
            if all(fits):
                said = {"severity": matcher.get("severity", "")}
                for fit, each in zip(fits, matcher["pattern"], strict=True):
                    said |= {name: fit[group] for name, group in each.items() if name != "regexp"}  # type: ignore[index]
                found.append(said)
    return found


class Runner:
    """Runs the steps of `action.yml` in a folder, as for a pull request. `gh` is played: it keeps what it is asked."""

    def __init__(self, folder: Path, programs: Path, inputs: dict[str, str], base: str) -> None:
        self.folder, self.programs = folder, programs
        action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
        self.steps = action["runs"]["steps"]
        given = {name: each.get("default", "") for name, each in action["inputs"].items()} | inputs
        self.known = {f"inputs.{name}": value for name, value in given.items()}
        self.known |= {"github.event.pull_request.base.sha": base, "github.event.pull_request.number": "7"}
        programs.mkdir()
        code = "import sys; from evaluator.entry.start import main; sys.exit(main())"
        self._program("thesis", f'exec "{sys.executable}" -P -c "{code}" "$@"')
        self._program("python", f'exec "{sys.executable}" "$@"')
        says = f'cat "{programs}/comments"; exit $(cat "{programs}/status")'
        self._program("gh", f'printf "%s\\n" "$*" >> "{programs}/asked"; {says}')
        self.answer("", 0)

    def _program(self, name: str, text: str) -> None:
        (self.programs / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        (self.programs / name).chmod(0o755)

    def answer(self, comments: str, status: int) -> None:
        """What `gh` answers from now on."""
        (self.programs / "asked").write_text("", "utf-8")
        (self.programs / "comments").write_text(comments, "utf-8")
        (self.programs / "status").write_text(f"{status}", "utf-8")

    def run(self, name: str) -> tuple[int, str]:
        (step,) = (each for each in self.steps if each.get("name") == name)
        own = {
            key: re.sub(r"\$\{\{ (.*?) \}\}", lambda m: self.known[m[1]], value) for key, value in step["env"].items()
        }
        environment = {**os.environ, **own, "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT),
                       "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_REPOSITORY": "us/rules", "RUNNER_TEMP": str(self.programs),
                       "GITHUB_STEP_SUMMARY": str(self.programs / "summary.md")}  # fmt: skip
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=120,
        )  # fmt: skip
        return ran.returncode, ran.stdout

    @property
    def asked(self) -> list[str]:
        return (self.programs / "asked").read_text("utf-8").splitlines()


@pytest.mark.skipif(shutil.which("bash") is None, reason="the steps of the action are written for bash")
def test_the_action_annotates_each_finding_and_comments_once(tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "facts").mkdir(parents=True)
    facts = FACTS.format(ticker="ACME", value="138m")
    (work / "facts" / "ACME.yaml").write_text(facts, "utf-8")
    base = commit(work, "2026-05-01", small=SMALL)
    runner = Runner(work, tmp_path / "bin", {"rules": "small.thesis other.thesis", "facts": "ACME", "token": "t"}, base)
    edited = SMALL.replace("= 20%", "= 40%") + EXAMPLE
    (work / "small.thesis").write_text(edited, "utf-8")
    (work / "other.thesis").write_text(SMALL.replace("= 20%", "= 20"), "utf-8")
    (work / "facts" / "ACME.yaml").write_text(facts.replace("value: 138m", "value: 138"), "utf-8")

    status, log = runner.run("Mistakes in rules")
    assert status == 1
    (mistake,) = (each for each in matched(log) if each["severity"] == "error")
    assert (mistake["file"], mistake["line"], mistake["code"]) == ("other.thesis", "11", "T071")

    status, log = runner.run("Layout of rules")
    assert status
    layout = "not in the standard layout"
    said = [(each["file"], each["message"]) for each in matched(log)]
    assert said == [("small.thesis", layout), ("other.thesis", layout)]

    status, log = runner.run("Examples of rules")
    assert status
    assert [(each["file"], each["line"], each["message"]) for each in matched(log)] == [
        ("small.thesis", f"{edited.count(chr(10))}", "expected grows is true")
    ]

    status, log = runner.run("Facts")
    assert status == 0
    assert [(each["file"], each["line"], each["code"]) for each in matched(log)] == [("facts/ACME.yaml", "8", "F033")]

    (work / "facts" / "ACME.yaml").write_text(facts, "utf-8")
    for rules, comments, verb, end in (
        ("small.thesis", "", "POST", "issues/7/comments"),
        ("facts", "41\n42\n", "PATCH", "issues/comments/41"),  # a folder without rules
    ):
        runner.known["inputs.rules"] = rules
        runner.answer(comments, 0)
        ended, log = runner.run("What the edit changes in verdicts")
        assert ended == 0, log
        assert len(runner.asked) == 2
        assert f"--method {verb} repos/us/rules/{end}" in runner.asked[1]
    assert "| The call (verdict) | Buy | Wait |" in (tmp_path / "bin" / "summary.md").read_text("utf-8")
    runner.answer("", 1)
    ended, log = runner.run("What the edit changes in verdicts")
    assert ended == 0  # a token that may not write costs the comment, and no more
    assert "::warning::The comment could not be written" in log
