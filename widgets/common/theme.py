"""Koma's look in one place: which palette is in force, and what Qt is told about it."""

from __future__ import annotations

from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication

from widgets.common.icons import icon
from widgets.common.palette import (
    BODY_PX,
    DARK,
    ICON_PX,
    LIGHT,
    QUIET_PX,
    RADIUS_CARD,
    RADIUS_FIELD,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    TITLE_PX,
    Palette,
    character_colour,
    contrast,
    current,
    faded,
    mixed,
    set_current,
    theme_signals,
)
from widgets.common.style_images import write_style_images
from widgets.common.style_sheet import style_sheet

__all__ = [
    "BODY_PX",
    "DARK",
    "ICON_PX",
    "LIGHT",
    "QUIET_PX",
    "RADIUS_CARD",
    "RADIUS_FIELD",
    "SPACE_L",
    "SPACE_M",
    "SPACE_S",
    "TITLE_PX",
    "Palette",
    "apply_theme",
    "character_colour",
    "contrast",
    "current",
    "faded",
    "icon",
    "mixed",
    "theme_signals",
]


def apply_theme(app: QApplication, palette: Palette) -> None:
    """Put a palette in force: style, colours, font size, style sheet; then tell who listens."""
    set_current(palette)
    if app.style().name() != "fusion":
        app.setStyle("fusion")
    app.setFont(_body_font(app.font()))
    app.setPalette(_qt_palette(palette))
    app.setStyleSheet(style_sheet(palette, write_style_images(palette)))
    theme_signals().changed.emit()


def _body_font(font: QFont) -> QFont:
    body = QFont(font)
    body.setPixelSize(BODY_PX)
    body.setFeature(QFont.Tag("tnum"), 1)  # figures of one width: counters do not dance
    return body


def _qt_palette(palette: Palette) -> QPalette:
    """What the style sheet does not reach: item views' text, links, what Fusion draws itself."""
    roles = {
        QPalette.ColorRole.Window: "surface",
        QPalette.ColorRole.Base: "raised",
        QPalette.ColorRole.AlternateBase: "surface",
        QPalette.ColorRole.Button: "raised",
        QPalette.ColorRole.ToolTipBase: "raised",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.BrightText: "danger",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.PlaceholderText: "quiet_text",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.Accent: "accent",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.LinkVisited: "accent",
    }
    qt_palette = QPalette()
    for role, token in roles.items():
        qt_palette.setColor(role, palette.colour(token))
    disabled = faded(palette.colour("text"), 0.4)
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        qt_palette.setColor(QPalette.ColorGroup.Disabled, role, disabled)
    return qt_palette
