"""What editors are given is current, whole, and works: highlighting, the extension and its package, hooks, the action."""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dsl.syntax.parser_table import tables
from editors import bundle, highlighting, package
from evaluator.servers.lsp.changing import COMMANDS
from tests.paths import ROOT

VSCODE = ROOT / "editors" / "vscode"


def test_highlighting_says_what_the_language_says() -> None:
    assert highlighting.stale() == []


def test_a_file_that_is_not_current_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = highlighting.kinds()
    monkeypatch.setattr(highlighting, "kinds", lambda: {**kinds, "clause": [*kinds["clause"], "whenever"]})
    assert {p.suffix for p in highlighting.stale()} == {".json", ".vim", ".el"}


def test_every_word_of_the_language_is_of_one_kind() -> None:
    kinds = highlighting.kinds()
    words = [word for name, group in kinds.items() if name != "function" for word in group]
    assert len(words) == len(set(words))
    spelled = {word for group in tables().spellings.values() for word in group}
    assert spelled <= set(words)


def coloured(line: str) -> list[tuple[str, str]]:
    """A line as an editor colours it by the TextMate grammar: the first rule that matches nearest, as editors do; of a text
    in quotes its whole."""
    grammar = highlighting.textmate()
    rules: list[dict[str, Any]] = []
    for rule in grammar["patterns"]:
        rules += grammar["repository"]["words"]["patterns"] if "include" in rule else [rule]
    found, at = [], 0
    while at < len(line):
        best = None
        for rule in rules:
            match = re.compile(rule.get("match") or rule["begin"]).search(line, at)
            if match and (best is None or match.start() < best[1].start()):
                best = (rule, match)
        if best is None:
            break
        rule, match = best
        end = match.end() if "match" in rule else line.index('"', match.end()) + 1
        if "captures" in rule:
            found += [(match[int(n)], each["name"]) for n, each in rule["captures"].items()]
        else:
            found.append((line[match.start() : end], rule["name"]))
        at = end
    return found


def test_the_grammar_colours_a_line() -> None:
    found = dict(coloured('metric growth "Growth, {x}" = yoy(revenue) - 5bn USD # why'))
    assert found["metric"] == "keyword.declaration.thesis"
    assert found["growth"] == "entity.name.thesis"
    assert found['"Growth, {x}"'] == "string.quoted.double.thesis"
    assert found["yoy"] == "support.function.thesis"
    assert found["revenue"] == "variable.other.thesis"
    assert found["5bn USD"] == "constant.numeric.thesis"
    assert found["# why"] == "comment.line.number-sign.thesis"
    found = dict(coloured("override param strong = 3%"))
    assert (found["override"], found["param"]) == ("keyword.declaration.thesis", "keyword.declaration.thesis")
    assert found["strong"] == "entity.name.thesis"
    found = dict(coloured("  when stage is early and x between 10% and 22x"))
    assert {found[w] for w in ("when",)} == {"keyword.control.thesis"}
    assert {found[w] for w in ("is", "and", "between")} == {"keyword.operator.word.thesis"}
    assert {found[w] for w in ("10%", "22x")} == {"constant.numeric.thesis"}


def test_the_extension_names_files_that_there_are(tmp_path: Path) -> None:
    target = tmp_path / "thesis.vsix"
    package.write(target)
    manifest = json.loads((VSCODE / "package.json").read_text("utf-8"))
    with zipfile.ZipFile(target) as found:
        names = set(found.namelist())
        tree = ElementTree.fromstring(found.read("extension.vsixmanifest"))
        types = found.read("[Content_Types].xml").decode()
    assert tree.find(".//{*}Identity").attrib["Id"] == manifest["name"]  # type: ignore[union-attr]
    given = manifest["contributes"]
    paths = [manifest["main"], manifest["icon"], given["languages"][0]["configuration"]]
    paths += [each["path"] for each in (*given["grammars"], *given["snippets"])]
    paths += [step["media"]["markdown"] for walk in given["walkthroughs"] for step in walk["steps"]]
    for path in paths:
        assert f"extension/{path.removeprefix('./')}" in names, path
    for asset in tree.iterfind(".//{*}Asset"):
        assert asset.attrib["Path"] in names
    assert {name.rpartition(".")[2] for name in names if not name.startswith("[")} <= set(
        re.findall(r'Extension="\.(\w+)"', types)
    )
    assert not [name for name in names if re.search(r"/(test|src|node_modules)/|\.ts$", name)]
    assert {given["languages"][0]["icon"][each].removeprefix("./") for each in ("light", "dark")} <= {
        name.removeprefix("extension/") for name in names
    }
    again = tmp_path / "again.vsix"
    package.write(again)
    assert again.read_bytes() == target.read_bytes()


def test_the_icon_is_a_picture() -> None:
    data = (VSCODE / "icon.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert struct.unpack(">II", data[16:24]) == (128, 128)


def test_commands_of_the_server_are_commands_of_the_extension() -> None:
    text = (VSCODE / "src" / "extension.ts").read_text("utf-8")
    for command in COMMANDS:
        assert f'"{command}"' in text, command
    manifest = json.loads((VSCODE / "package.json").read_text("utf-8"))
    for each in manifest["contributes"]["commands"]:
        assert f'"{each["command"]}"' in text, each
    assert manifest["version"] in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_bundle_is_of_the_sources_that_lie_here() -> None:
    assert bundle.current()


@pytest.mark.parametrize("other", ["another source", "other options"])
def test_a_bundle_of_other_sources_is_seen(
    other: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if other == "other options":
        monkeypatch.setattr(bundle, "OPTIONS", (*bundle.OPTIONS, "--minify"))
    else:
        shutil.copytree(bundle.SOURCES, tmp_path / "src")
        (tmp_path / "src" / "rpc.ts").write_text("export {};\n", "utf-8")
        monkeypatch.setattr(bundle, "SOURCES", tmp_path / "src")
    assert not bundle.current()
    assert package.main([str(tmp_path / "thesis.vsix")]) == 1
    assert "the bundle is of other sources" in capsys.readouterr().out.lower()
    assert not (tmp_path / "thesis.vsix").exists()


@pytest.mark.skipif(bundle.tool("esbuild") is None, reason="esbuild is not installed (`npm install` in editors/vscode)")
def test_the_bundle_is_what_esbuild_makes_of_the_sources() -> None:
    assert bundle.made() == bundle.BUNDLE.read_text("utf-8")


@pytest.mark.skipif(bundle.tool("tsc") is None, reason="tsc is not installed (`npm install` in editors/vscode)")
def test_the_sources_keep_their_types() -> None:
    ran = subprocess.run([str(bundle.tool("tsc")), "-p", "."], cwd=VSCODE, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


@pytest.mark.skipif(shutil.which("node") is None, reason="the extension is JavaScript: node runs its tests")
def test_the_extension_works_with_the_server() -> None:
    """Its own tests: VS Code is played, the server is the real one."""
    program = [sys.executable, "-c", "from evaluator.entry.start import main; main()"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "THESIS_COMMAND": json.dumps(program)}
    ran = subprocess.run(
        ["node", "--test", str(VSCODE / "test" / "extension.test.js")],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-6_000:] + ran.stderr[-2_000:]
    assert re.search(r"# pass 3\b", ran.stdout), ran.stdout[-2_000:]
