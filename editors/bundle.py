"""The program of the extension for VS Code: TypeScript in `editors/vscode/src`, bundled by esbuild into one file.

    python -m editors.bundle            # makes editors/vscode/dist/extension.js anew, and checks types where tsc is
    python -m editors.bundle --check    # says whether it is current

In: the sources. Out: the bundle, which lies in the repository, so that the extension is packed and tested without npm. Its first line
says of which sources it is, and a test holds that. esbuild and tsc are taken from `editors/vscode/node_modules` (`npm install` there).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent / "vscode"
SOURCES = HERE / "src"
BUNDLE = HERE / "dist" / "extension.js"
OPTIONS = (
    "--bundle",
    "--platform=node",
    "--format=cjs",
    "--target=node18",
    "--external:vscode",
    "--legal-comments=none",
)


def seal() -> str:
    """The first line of the bundle: of which sources, and made how."""
    version = json.loads((HERE / "package.json").read_text("utf-8"))["devDependencies"]["esbuild"]
    found = hashlib.sha256("\0".join((version, *OPTIONS)).encode())
    for path in sorted(SOURCES.glob("*.ts")):
        found.update(f"\0{path.name}\0{path.read_text('utf-8')}".encode())
    return f"// Made by `python -m editors.bundle` from src of SHA-256 {found.hexdigest()}"


def current() -> bool:
    """Whether the bundle is of the sources that lie here."""
    return BUNDLE.is_file() and BUNDLE.read_text("utf-8").partition("\n")[0] == seal()


def tool(name: str) -> str | None:
    """A program of npm: the one that was installed beside the extension, else one of the machine."""
    end = ".cmd" if os.name == "nt" else ""
    beside = HERE / "node_modules" / ".bin" / f"{name}{end}"
    return str(beside) if beside.is_file() else shutil.which(name)


def made() -> str | None:
    """The bundle of the sources; None where there is no esbuild. Raises CalledProcessError where a source cannot be read."""
    esbuild = tool("esbuild")
    if esbuild is None:
        return None
    ran = subprocess.run(
        [esbuild, "src/extension.ts", *OPTIONS, "--log-level=warning"],
        cwd=HERE,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return f"{seal()}\n{ran.stdout}"


def main(arguments: list[str]) -> int:
    """Makes the bundle, or says whether it is current."""
    if "--check" in arguments:
        print(f"{BUNDLE.name} is {'current' if current() else 'of other sources: run `python -m editors.bundle`'}")
        return 0 if current() else 1
    compiler = tool("tsc")
    if compiler is not None and subprocess.run([compiler, "-p", "."], cwd=HERE, check=False).returncode:
        return 1
    text = made()
    if text is None:
        print("There is no esbuild: run `npm install` in editors/vscode.")
        return 1
    BUNDLE.parent.mkdir(exist_ok=True)
    BUNDLE.write_text(text, "utf-8", newline="\n")
    print(f"{BUNDLE.name} is made anew, {'' if compiler else 'not '}checked for types")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
