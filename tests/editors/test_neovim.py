"""Neovim as a client that nobody of us wrote: it completes, mends, renames and lays out with the server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editors.test_github import FACTS
from tests.paths import ROOT
from tests.support.editing import SMALL


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_neovim_works_with_the_server(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "ACME.yaml").write_text(FACTS.format(ticker="ACME", value="138m"), "utf-8")
    file, out = tmp_path / "rules.thesis", tmp_path / "seen.json"
    file.write_text(SMALL.replace("growth > 25%", "growth > 25").replace("metric growth", "metric   growth"), "utf-8")
    command = [sys.executable, "-P", "-c", "from evaluator.entry.start import main; main()", "lsp"]
    folder = ROOT / "editors" / "vim"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "THESIS_COMMAND": json.dumps(command), "THESIS_FILE": str(file),
                   "THESIS_OUT": str(out), "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}  # fmt: skip
    session = str(ROOT / "tests" / "editors" / "neovim" / "session.lua")
    subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-n", "--cmd", f"set runtimepath+={folder}", "--cmd", "filetype on", "--cmd",
         f"source {folder / 'ftdetect' / 'thesis.vim'}", "-c", f"luafile {session}"],
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
