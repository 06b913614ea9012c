"""The icon font itself: Material Design Icons as the qtawesome package ships them.

The files are read here and not by qtawesome, whose import reads twelve fonts and brings OpenGL
with it: a quarter of the time that the window takes to open.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from PySide6.QtGui import QFont, QFontDatabase

PACKAGE = "qtawesome"
PREFIX = "mdi6."
_FONT, _GLYPHS = "materialdesignicons6-webfont-[0-9]*.ttf", "materialdesignicons6-*charmap-*.json"


@dataclass(frozen=True)
class _IconFont:
    family: str
    codes: dict[str, str]  # name: hexadecimal code point


def glyph(name: str) -> str:
    """The character of an icon, "mdi6.close" for instance. Raises KeyError for an unknown one."""
    if not name.startswith(PREFIX):
        raise KeyError(name)
    return chr(int(_icon_font().codes[name.removeprefix(PREFIX)], 16))


def icon_font(size_px: int) -> QFont:
    """The font in which `glyph` is to be painted."""
    font = QFont(_icon_font().family)
    font.setPixelSize(max(1, size_px))
    return font


@lru_cache(maxsize=1)
def _icon_font() -> _IconFont:
    """Needs a QGuiApplication."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{PACKAGE} is not installed", name=PACKAGE)
    folder = Path(spec.origin).parent / "fonts"
    font_file, codes_file = (next(iter(sorted(folder.glob(p)))) for p in (_FONT, _GLYPHS))
    codes = cast(dict[str, str], json.loads(codes_file.read_bytes()))
    families = QFontDatabase.applicationFontFamilies(
        QFontDatabase.addApplicationFont(str(font_file))
    )
    if not families:  # Windows may forbid fonts from folders: then it is a system font, or a box
        families = ["Material Design Icons"]
    return _IconFont(families[0], codes)
