"""The names of the layouts that come with Koma, in the artist's language."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

_NAMES = (
    QT_TRANSLATE_NOOP("LayoutName", "Diagonal cut"),
    QT_TRANSLATE_NOOP("LayoutName", "Five panels, manga"),
    QT_TRANSLATE_NOOP("LayoutName", "Four-panel strip"),
    QT_TRANSLATE_NOOP("LayoutName", "Four panels"),
    QT_TRANSLATE_NOOP("LayoutName", "L-shape"),
    QT_TRANSLATE_NOOP("LayoutName", "Seven panels"),
    QT_TRANSLATE_NOOP("LayoutName", "Six panels, 3 x 2"),
    QT_TRANSLATE_NOOP("LayoutName", "Slanted columns"),
    QT_TRANSLATE_NOOP("LayoutName", "Splash"),
    QT_TRANSLATE_NOOP("LayoutName", "Tall panel beside three"),
    QT_TRANSLATE_NOOP("LayoutName", "Three tiers"),
    QT_TRANSLATE_NOOP("LayoutName", "Two tiers"),
    QT_TRANSLATE_NOOP("LayoutName", "Wide top, three below"),
)
LAYOUT_NAMES = tuple(str(name) for name in _NAMES)


def layout_title(name: str) -> str:
    """The translated name of one of Koma's layouts; any other name as it is."""
    return QCoreApplication.translate("LayoutName", name) if name in LAYOUT_NAMES else name
