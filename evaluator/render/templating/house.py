"""The look of a house: name, logo, colours, fonts, disclaimer, from one small file.

In: a YAML file (`house.yaml`). Out: `House`, findings at their places. Must not know templates, nor what they print.

What is given goes into a page as it is checked here: colours are `#rrggbb`, fonts are names, a logo is a picture in the page
itself. Colours that cannot be read (WCAG AA) are said, with the nearest shade that can.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, cast

from markupsafe import Markup
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import did_you_mean
from dsl.text.record import record
from dsl.text.source import SourceFile, Span, UnreadableFileError
from evaluator.codes.messages import make
from evaluator.facts.yamltree import YamlList, YamlMap, YamlNode, read_yaml, without_places
from evaluator.render.templating.contrast import AA, mixed, ratio, readable

FILE = "house.yaml"
"""The file in a folder of templates."""
MAX_LOGO = 300_000
"""Bytes of a logo: it stands in every page."""
_PICTURES = {
    "image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8", "image/webp": b"RIFF",
}  # fmt: skip
_SVG = "image/svg+xml"
_DATA = re.compile(r"data:(image/(?:png|jpeg|gif|webp|svg\+xml));base64,([A-Za-z0-9+/=\s]+)")
_GENERIC = frozenset(("serif", "sans-serif", "monospace", "system-ui", "ui-serif", "ui-sans-serif", "ui-monospace"))


def _colour(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?", value):
        if value == "":
            raise ValueError(
                'a colour is missing; write it in quotes, such as "#1f4e79": without them # begins a remark'
            )
        raise ValueError(f'{value!r:.40} is no colour; write one such as "#1f4e79"')
    text = value.lower()
    return text if len(text) == 7 else "#" + "".join(c * 2 for c in text[1:])


def _font(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9 -]{0,59}", value):
        raise ValueError(f"{value!r:.40} is no name of a font; write one such as Georgia")
    return value


def _text(value: object) -> object:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text is missing; write it behind the colon")
    return " ".join(value.split())


Colour = Annotated[str, BeforeValidator(_colour)]
Font = Annotated[str, BeforeValidator(_font)]
Line = Annotated[str, BeforeValidator(_text), Field(max_length=200)]
Paragraph = Annotated[str, BeforeValidator(_text), Field(max_length=5_000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Colours(_Part):
    """Colours by what they are for; one that is not given is that of the memo."""

    ink: Colour | None = None
    muted: Colour | None = None
    paper: Colour | None = None
    page: Colour | None = None
    line: Colour | None = None
    accent: Colour | None = None
    good: Colour | None = None
    bad: Colour | None = None
    warn: Colour | None = None

    def given(self) -> dict[str, str]:
        """Those that are given, by their names."""
        return {name: value for name, value in self.model_dump().items() if value is not None}


class Fonts(_Part):
    """Fonts that readers have, the first that is there being taken."""

    headings: tuple[Font, ...] = ()
    text: tuple[Font, ...] = ()


class HouseFile(_Part):
    """A house style as its file says it."""

    name: Line
    logo: str = ""
    colours: Colours = Colours()
    dark: Colours = Colours()
    fonts: Fonts = Fonts()
    disclaimer: Paragraph | None = None


@record
class House:
    """What templates know of a house: `logo` is the address of a picture in the page itself, '' for none; `css` sets the
    memo's own custom properties. For paper: `colours` that are not the memo's own by their names, in the light; `headings` and
    `text`, the fonts of each, the first that is there being taken."""

    name: str
    logo: str
    disclaimer: str
    css: Markup
    colours: tuple[tuple[str, str], ...] = ()
    headings: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


def read_house(path: Path, css: str, shown: str | None = None) -> tuple[House | None, list[Diagnostic]]:
    """A house style from its file. `css`: the style sheet of the memo, for the colours that are not given. Out: the style, or
    None with every mistake; colours that cannot be read are warnings."""
    name = shown or str(path)
    try:
        source = SourceFile.read(path, name)
    except UnreadableFileError as error:
        return None, [make("C031", None, at=name, what=error.reason, mend=error.hint)]
    tree, problems = read_yaml(source)
    if not isinstance(tree, YamlMap) or problems:
        mend = "write `name:` and the name of the house, and below it `colours:`, `fonts:`, `logo:`, `disclaimer:`"
        found = problems or [make("C031", tree.span if tree else None, at=name, what="this says nothing", mend=mend)]
        return None, [_as_house(one) for one in found]
    try:
        said = HouseFile.model_validate(without_places(tree))
    except ValidationError as invalid:
        return None, [_finding(tree, dict(error)) for error in invalid.errors()]
    logo = _logo(said.logo, path) if said.logo else ""
    if isinstance(logo, _Refused):
        return None, [make("C031", _place(tree, ["logo"])[0], what=logo.what, mend=logo.mend)]
    light, dark = shipped_colours(css)
    light_given, dark_given = said.colours.given(), said.dark.given()
    shades = _whole(light, light_given), _whole(dark, _in_the_dark(light_given, dark_given, dark))
    warnings = [
        *_unreadable(tree, "colours", shades[0], light_given),
        *_unreadable(tree, "dark", shades[1], dark_given),
    ]
    own = tuple((name, colour) for name, colour in sorted(shades[0].items()) if light.get(name) != colour)
    fonts = (tuple(f for f in given if f not in _GENERIC) for given in (said.fonts.headings, said.fonts.text))
    css_ = Markup(_css(said, (light, dark), shades))
    return House(said.name, logo, said.disclaimer or "", css_, own, *fonts), warnings


# --- colours -----------------------------------------------------------------------------------------------------

_PROPERTY = re.compile(r"--([a-z-]+):\s*(#[0-9a-fA-F]{6})\b")
_SOFT = 0.12
_ON_PAPER = ("ink", "muted", "accent", "good", "bad", "warn")
_OWN_GROUND = ("accent", "good", "bad", "warn")


def shipped_colours(css: str) -> tuple[dict[str, str], dict[str, str]]:
    """The custom properties of a style sheet that are colours: in the light, in the dark."""
    light, _, dark = css.partition("prefers-color-scheme: dark")
    dark, _, _ = dark.partition("@media")
    first = {name: colour.lower() for name, colour in reversed(_PROPERTY.findall(light))}
    return first, first | {name: colour.lower() for name, colour in reversed(_PROPERTY.findall(dark))}


def _whole(shipped: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """All colours, with the ground of each that is given: a touch of it on the paper."""
    every = {**shipped, **given}
    softs = {
        f"{name}-soft": mixed(every["paper"], colour, _SOFT) for name, colour in given.items() if name in _OWN_GROUND
    }
    return every | softs


def _in_the_dark(light: Mapping[str, str], dark: Mapping[str, str], shipped: Mapping[str, str]) -> dict[str, str]:
    """What is given for the dark; a colour that is given for the light alone as the shade of it that is read there."""
    paper = dark.get("paper", shipped["paper"])
    ground = {name: mixed(paper, light[name], _SOFT) for name in _OWN_GROUND if name in light and name not in dark}
    return {name: readable(light[name], on) for name, on in ground.items()} | dict(dark)


def _unreadable(tree: YamlMap, key: str, every: Mapping[str, str], given: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Text that cannot be read, where a colour of it is given."""
    pairs = [(name, "paper") for name in _ON_PAPER] + [(name, f"{name}-soft") for name in _OWN_GROUND]
    pairs += [(name, "page") for name in ("ink", "muted")]
    said: set[str] = set()
    for name, ground in pairs:
        about = name if name in given else ground
        found = ratio(every[name], every[ground])
        if about not in given or found >= AA or name in said:
            continue
        said.add(name)
        on = "its own pale ground" if ground.endswith("-soft") else f"`{ground}` {every[ground]}"
        shade = readable(every[name], every[ground])
        what = f"`{name}` {every[name]} on {on} has a contrast of {found:.1f}, and text needs {AA:g} (WCAG AA)"
        yield make(
            "C032", _place(tree, [key, about])[0], what=what, mend=f'the nearest shade that is read is "{shade}"'
        )


def _css(
    said: HouseFile, shipped: tuple[dict[str, str], dict[str, str]], shades: tuple[dict[str, str], dict[str, str]]
) -> str:
    """What sets the memo's custom properties."""
    light, dark = ({n: c for n, c in now.items() if was.get(n) != c} for was, now in zip(shipped, shades, strict=True))
    dark = {
        name: shades[1][name] for name in light
    } | dark  # what is set for the light stands behind the memo's own dark
    own = [f"--{name}: {colour};" for name, colour in sorted(light.items())]
    for name, family in (("serif", said.fonts.headings), ("sans", said.fonts.text)):
        if family:
            quoted = [font if font in _GENERIC else f'"{font}"' for font in family]
            own.append(f"--{name}: {', '.join(quoted)}{'' if family[-1] in _GENERIC else ', ' + _LAST[name]};")
    lines = [f":root {{ {' '.join(own)} }}"] if own else []
    if dark:
        inner = " ".join(f"--{name}: {colour};" for name, colour in sorted(dark.items()))
        lines.append(f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {inner} }} }}")
    return "\n".join(lines)


_LAST = {"serif": "serif", "sans": "sans-serif"}


# --- the logo -----------------------------------------------------------------------------------------------------


@record
class _Refused:
    what: str
    mend: str


def _logo(said: str, house: Path) -> str | _Refused:
    """A picture in the page itself: one that is given as such (`data:`), or a file beside the house style."""
    if said.startswith("data:"):
        match = _DATA.fullmatch(said)
        if match is None:
            return _Refused("the logo is no picture that a page can hold", _LOGO)
        kind, text = match[1], re.sub(r"\s", "", match[2])
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return _Refused("the logo is cut off, or holds what base64 does not", _LOGO)
        return _picture(data, kind)
    path = house.parent / said
    if Path(said).name != said or not os.path.isfile(path) or os.path.islink(path):
        return _Refused(f"there is no picture `{said:.60}` beside the house style", _LOGO)
    try:
        with path.open("rb") as file:
            return _picture(file.read(MAX_LOGO + 1), None)
    except OSError as error:
        return _Refused(f"the logo cannot be read: {(error.strerror or str(error)).lower()}", _LOGO)


_LOGO = "name a PNG, JPEG, GIF, WebP or SVG file in the same folder, or write it as data:image/png;base64,…"


def _picture(data: bytes, kind: str | None) -> str | _Refused:
    if len(data) > MAX_LOGO:
        return _Refused(f"the logo is larger than {MAX_LOGO // 1000} kB, and stands in every page", "make it smaller")
    is_a = next((kind for kind, begins in _PICTURES.items() if data.startswith(begins)), None)
    if is_a is None and b"<svg" in data[:2_000]:
        is_a = _SVG
    if is_a is None or (kind is not None and kind != is_a):
        return _Refused("the logo is no picture of the kind that it says", _LOGO)
    return f"data:{is_a};base64,{base64.b64encode(data).decode('ascii')}"


# --- places -----------------------------------------------------------------------------------------------------


def _as_house(found: Diagnostic) -> Diagnostic:
    """What the reader of YAML says of a facts file, said of a house style."""
    what = found.message.replace("facts file", "house style")
    return make("C031", found.span, at=found.path, what=what, mend=found.hint or "")


def _place(tree: YamlMap, path: list[str]) -> tuple[Span, Span]:
    """The value that a path leads to, and its key; as far as it leads."""
    node: YamlNode = tree
    key = tree.span
    for part in path:
        if isinstance(node, YamlMap) and (inner := node.get(part)) is not None:
            key = next(name.span for name, _ in node.items if name.text == part)
            node = inner
        elif isinstance(node, YamlList) and part.isdigit() and int(part) < len(node.items):
            node = node.items[int(part)]
    return (key if isinstance(node, (YamlMap, YamlList)) or not node.text else node.span), key


_PARTS: Mapping[str, type[BaseModel]] = {"colours": Colours, "dark": Colours, "fonts": Fonts}


def _finding(tree: YamlMap, error: Mapping[str, Any]) -> Diagnostic:
    """What pydantic finds, at the place that it speaks of."""
    path = [str(part) for part in error["loc"]]
    span, key = _place(tree, path)
    where = f"`{path[0]}`" if len(path) > 1 else "the house style"
    if error["type"] == "missing":
        return make(
            "C031",
            None,
            at=key.source.path,
            what=f"{where} has no `{path[-1]}`",
            mend="write `name:` and the name of the house",
        )
    if error["type"] == "extra_forbidden":
        model = _PARTS.get(path[0], HouseFile) if len(path) > 1 else HouseFile
        listed = list(model.model_fields)
        mend = did_you_mean(path[-1], listed, f"the keys are {', '.join(listed)}")
        return make("C031", key, what=f"{where} has a key `{path[-1]}` that means nothing", mend=mend)
    cause = cast(Mapping[str, Any], error.get("ctx", {})).get("error")
    if cause is not None:
        what, _, mend = str(cause).partition("; ")
        return make("C031", span, what=what, mend=mend)
    wanted = "a list of names, such as [Georgia, serif]" if path[0] == "fonts" else "keys and values below it"
    if error["type"].startswith("string"):
        wanted = f"a text of at most {error.get('ctx', {}).get('max_length', 5_000)} characters"
    return make("C031", span, what=f"`{'.'.join(path)}` does not fit", mend=f"write {wanted}")
