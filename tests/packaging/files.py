"""Which files the project is made of: what git tracks or is about to, or all there is where there is no git."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.paths import ROOT

LEFT_OUT = {".git", ".venv", "out", "build", "dist", "__pycache__"}


def project_files() -> list[Path]:
    """Paths below ROOT, of files that are there."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout.decode("utf-8")
        found = [ROOT / name for name in listed.split("\0") if name]
    else:
        walked = (p for p in ROOT.rglob("*") if not LEFT_OUT & set(p.relative_to(ROOT).parts))
        found = [p for p in walked if not any(part.endswith("_cache") for part in p.parts)]
    return [path for path in found if path.is_file()]
