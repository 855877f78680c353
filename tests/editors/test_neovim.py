"""Neovim as a client that nobody of us wrote: it completes, mends, renames and lays out with the server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.editors.test_github import FACTS
from tests.paths import ROOT
from tests.support.editing import SMALL

HERE = ROOT / "tests" / "editors" / "neovim"
VIM = ROOT / "editors" / "vim"


def begun(place: Path) -> Path:
    """A place with facts; the file of rules in it is still to be written."""
    (place / "facts").mkdir()
    (place / "facts" / "ACME.yaml").write_text(FACTS.format(ticker="ACME", value="138m"), "utf-8")
    return place / "rules.thesis"


def surroundings(place: Path) -> dict[str, str]:
    command = [sys.executable, "-P", "-c", "from evaluator.entry.start import main; main()", "lsp"]
    return {**os.environ, "PYTHONPATH": str(ROOT), "THESIS_COMMAND": json.dumps(command), "HOME": str(place),
            "XDG_STATE_HOME": str(place)}  # fmt: skip


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_neovim_works_with_the_server(tmp_path: Path) -> None:
    file, out = begun(tmp_path), tmp_path / "seen.json"
    file.write_text(SMALL.replace("growth > 25%", "growth > 25").replace("metric growth", "metric   growth"), "utf-8")
    environment = {**surroundings(tmp_path), "THESIS_FILE": str(file), "THESIS_OUT": str(out)}
    session = str(ROOT / "tests" / "editors" / "neovim" / "session.lua")
    subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-n", "--cmd", f"set runtimepath+={VIM}", "--cmd", "filetype on", "--cmd",
         f"source {VIM / 'ftdetect' / 'thesis.vim'}", "-c", f"luafile {session}"],
        env=environment, cwd=tmp_path, timeout=200, check=True, capture_output=True,
    )  # fmt: skip
    seen = json.loads(out.read_text("utf-8"))
    assert "problem" not in seen, seen
    assert seen["filetype"] == "thesis"
    assert [(e["code"], e["line"]) for e in seen["errors"]] == [("T071", 18)]
    assert "growth > 25%" in seen["mended"]
    assert "growth" in seen["offered"]
    assert seen["completed"].endswith("metric more = growth\n")
    assert 'input sales "Revenue"' in seen["renamed"]
    assert "yoy(sales)" in seen["renamed"]
    assert "  sales:" in seen["facts"]
    assert 'metric growth "Growth" = yoy(sales)' in seen["laid_out"]
    assert "**Growth**" in seen["hover"]


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_keys_in_neovim_open_the_list_and_values_stand_beside_the_text(tmp_path: Path) -> None:
    """A Neovim that keys are sent to, as a user sends them."""
    file = begun(tmp_path)
    short = tempfile.TemporaryDirectory(prefix="nvim-")  # the name of a socket has at most some hundred characters
    socket = os.path.join(short.name, "s")
    file.write_text(f"{SMALL}# for ACME as of 2026-05-14\n", "utf-8")
    editor = subprocess.Popen(
        ["nvim", "--headless", "--listen", socket, "-u", "NONE", "-n", "--cmd", f"set runtimepath+={VIM}", "--cmd", "filetype on",
         "--cmd", f"source {VIM / 'ftdetect' / 'thesis.vim'}", "--cmd", f"luafile {HERE / 'begin.lua'}", str(file)],
        env=surroundings(tmp_path), cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def remote(kind: str, text: str) -> str:
        ran = subprocess.run(
            ["nvim", "--server", socket, f"--remote-{kind}", text],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return (ran.stdout + ran.stderr).strip()

    def until(what: str, wanted: Callable[[], bool]) -> None:
        for _ in range(300):
            if wanted():
                return
            time.sleep(0.1)
        raise AssertionError(f"it never came: {what}")

    try:
        until("the editor", lambda: remote("expr", "&filetype") == "thesis")
        until("values", lambda: "= 38%" in remote("expr", "v:lua.hints()"))
        hints = remote("expr", "v:lua.hints()").splitlines()
        assert "2: = 138m USD" in hints
        assert "10: ✓ 38% (+18pp)" in hints
        remote("send", "Gometric more = gro<C-x><C-o>")
        until("the list", lambda: remote("expr", "pumvisible()") == "1")
        offered = remote("expr", "join(map(complete_info(['items']).items, {_, each -> each.word}))").split()
        assert offered[:2] == ["growth", "grows"]
        remote("send", "<C-n><C-y><Esc>")
        until("the choice", lambda: remote("expr", "getline('$')") == "metric more = growth")
    finally:
        editor.kill()
        editor.wait()
        short.cleanup()
