"""The package of the extension for VS Code: `python -m editors.package [FILE]` writes a .vsix, which `code --install-extension`
takes. It needs neither node nor a network: the bundle of the extension lies here (`python -m editors.bundle` makes it), and a .vsix is
a zip file with a manifest. `--build` makes the bundle anew before.

In: `editors/vscode`, the TextMate grammar. Out: the package, the same bytes from the same files.
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from editors import bundle

HERE = Path(__file__).parent
SOURCE = HERE / "vscode"
_LEFT_OUT = {"test", "node_modules", "src", "tsconfig.json", "package-lock.json"}
_TYPES = {
    "json": "application/json", "js": "application/javascript", "md": "text/markdown", "png": "image/png",
    "svg": "image/svg+xml", "txt": "text/plain", "vsixmanifest": "text/xml",
}  # fmt: skip
_DAY = (2026, 1, 1, 0, 0, 0)
"""The time of every file in the package, so that it is the same on every machine."""


def contents() -> dict[str, bytes]:
    """Every file of the package by its name in it."""
    found: dict[str, bytes] = {}
    for path in sorted(SOURCE.rglob("*")):
        inner = path.relative_to(SOURCE)
        if path.is_file() and not _LEFT_OUT & set(inner.parts):
            found[f"extension/{inner.as_posix()}"] = path.read_bytes()
    grammar = HERE / "textmate" / "thesis.tmLanguage.json"
    found["extension/syntaxes/thesis.tmLanguage.json"] = grammar.read_bytes()
    found["extension/LICENSE.txt"] = (HERE.parent / "LICENSE").read_bytes()
    manifest = json.loads((SOURCE / "package.json").read_text("utf-8"))
    return {"[Content_Types].xml": _types().encode(), "extension.vsixmanifest": _manifest(manifest).encode(), **found}


def write(target: Path) -> None:
    """Writes the package."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in contents().items():
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, data)


def _types() -> str:
    types = "".join(f'<Default Extension=".{end}" ContentType="{kind}"/>' for end, kind in _TYPES.items())
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{types}</Types>\n'
    )


def _manifest(package: dict[str, str]) -> str:
    engine = json.loads((SOURCE / "package.json").read_text("utf-8"))["engines"]["vscode"]
    identity = " ".join(
        f"{name}={quoteattr(value)}"
        for name, value in (
            ("Language", "en-US"), ("Id", package["name"]), ("Version", package["version"]), ("Publisher", package["publisher"]),
        )
    )  # fmt: skip
    return f"""<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity {identity}/>
    <DisplayName>{escape(package["displayName"])}</DisplayName>
    <Description xml:space="preserve">{escape(package["description"])}</Description>
    <Categories>Programming Languages,Linters,Formatters,Snippets</Categories>
    <Icon>extension/icon.png</Icon>
    <License>extension/LICENSE.txt</License>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value={quoteattr(engine)}/>
    </Properties>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Icons.Default" Path="extension/icon.png" Addressable="true"/>
  </Assets>
</PackageManifest>
"""


def main(arguments: list[str]) -> int:
    """Writes the package where it is asked for, else into `out/`."""
    if "--build" in arguments and bundle.main([]):
        return 1
    arguments = [each for each in arguments if each != "--build"]
    if not bundle.current():
        print("The bundle is of other sources: run `python -m editors.package --build`, which needs npm's esbuild.")
        return 1
    version = json.loads((SOURCE / "package.json").read_text("utf-8"))["version"]
    target = Path(arguments[0]) if arguments else Path("out") / f"thesis-{version}.vsix"
    target.parent.mkdir(parents=True, exist_ok=True)
    write(target)
    print(f"{target}: install it with `code --install-extension {target}`")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
