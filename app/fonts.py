"""Whether what the window says can be drawn with the fonts of this computer."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase

FREE_FONT = "Noto Sans CJK JP"


def font_notice(language: str) -> str:
    """What to install for this language ("en", "ja"), "" where its letters can be drawn.

    Never translated: without the font the translation would be a row of empty boxes.
    """
    if language != "ja" or QFontDatabase.families(QFontDatabase.WritingSystem.Japanese):
        return ""
    return (
        f"No font with Japanese letters is installed. Install the free font {FREE_FONT}, then "
        "start Koma again."
    )
