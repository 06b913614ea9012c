"""The colours and sizes of Koma's window, as values; `widgets.common.theme` puts them in force."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from core.document import CHARACTER_COLOURS

SPACE_S = 4  # px, like all sizes here
SPACE_M = 8
SPACE_L = 12
RADIUS_CARD = 6
RADIUS_FIELD = 3
BODY_PX = 13
QUIET_PX = 11
TITLE_PX = 15
ICON_PX = 18


@dataclass(frozen=True)
class Palette:
    """The colours of one theme: "#rrggbb", or "#aarrggbb" where they let shine through.

    `ground` lies under everything, `surface` carries docks and dialogs, `raised` fields, cards and
    menus. `page_ground` is what paper lies on, `hairline` the line between surfaces and `on_accent`
    what is written upon the accent.
    """

    ground: str
    surface: str
    raised: str
    text: str
    quiet_text: str
    accent: str
    success: str
    warning: str
    danger: str
    page_ground: str
    hairline: str
    on_accent: str

    def colour(self, token: str) -> QColor:
        """The colour of a token, "accent" for instance. Raises KeyError for an unknown one."""
        if token not in {f.name for f in fields(self)}:
            raise KeyError(token)
        return QColor(getattr(self, token))

    @property
    def is_dark(self) -> bool:
        return luminance(QColor(self.ground)) < 0.5


DARK = Palette(
    ground="#17181B",
    surface="#1F2125",
    raised="#272A2F",
    text="#E6E7EA",
    quiet_text="#9BA0A8",
    accent="#FF7A59",
    success="#5BC08A",
    warning="#E8B84A",
    danger="#EA6C76",
    page_ground="#2B2D31",
    hairline="#16FFFFFF",
    on_accent="#1D120E",
)

LIGHT = Palette(
    ground="#F3F3F1",
    surface="#FFFFFF",
    raised="#F0F0EE",
    text="#1D1F23",
    quiet_text="#585D65",
    accent="#B23815",
    success="#176A3E",
    warning="#785300",
    danger="#B02634",
    page_ground="#E2E2DF",
    hairline="#1A000000",
    on_accent="#FFFFFF",
)


class ThemeSignals(QObject):
    """Tells those who paint by hand that another palette is in force."""

    changed = Signal()


class _InForce:
    palette = DARK
    signals: ThemeSignals | None = None


def current() -> Palette:
    """The palette in force."""
    return _InForce.palette


def set_current(palette: Palette) -> None:
    """Put a palette in force for what is painted by hand; `apply_theme` does all the rest."""
    _InForce.palette = palette


def theme_signals() -> ThemeSignals:
    """The one object whose `changed` follows every change of the palette."""
    if _InForce.signals is None:
        _InForce.signals = ThemeSignals()
    return _InForce.signals


def character_colour(index: int) -> QColor:
    """The colour of a character, by its index into `CHARACTER_COLOURS`; wraps around."""
    return QColor(CHARACTER_COLOURS[index % len(CHARACTER_COLOURS)])


def mixed(first: QColor, second: QColor, share: float) -> QColor:
    """`share` (0 to 1) of the second colour over the first, opaque."""
    keep = 1.0 - share
    return QColor.fromRgbF(
        first.redF() * keep + second.redF() * share,
        first.greenF() * keep + second.greenF() * share,
        first.blueF() * keep + second.blueF() * share,
    )


def faded(colour: QColor, opacity: float) -> QColor:
    """The colour with another opacity, 0 to 1."""
    copy = QColor(colour)
    copy.setAlphaF(opacity)
    return copy


def luminance(colour: QColor) -> float:
    """Relative luminance as WCAG 2 defines it, 0 (black) to 1 (white)."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(c) for c in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: QColor, second: QColor) -> float:
    """The WCAG 2 contrast of two opaque colours, 1 to 21."""
    brighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)
