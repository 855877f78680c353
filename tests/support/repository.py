"""A git repository for a test: commits of files, each on its own day."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

WHO = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def git(folder: Path, *words: str, day: str = "2026-01-01") -> str:
    """Runs git in a folder, as of a day."""
    when = {"GIT_AUTHOR_DATE": f"{day}T12:00:00", "GIT_COMMITTER_DATE": f"{day}T12:00:00"}
    found = subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **WHO, **when}, capture_output=True, text=True, check=True
    )
    return found.stdout.strip()


def commit(folder: Path, day: str, **files: str) -> str:
    """Writes files (`small` is small.thesis), commits all that is there, and gives the commit."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=main")
    for name, text in files.items():
        (folder / f"{name}.thesis").write_text(text, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", day, day=day)
    return git(folder, "rev-parse", "HEAD")
