"""The style sheet of the window: templates with `$tokens`, filled in from a palette."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from PySide6.QtGui import QColor

from widgets.common.palette import (
    QUIET_PX,
    RADIUS_CARD,
    RADIUS_FIELD,
    TITLE_PX,
    Palette,
    faded,
    mixed,
)
from widgets.common.style_rules import RULES


def style_sheet(palette: Palette, images: Mapping[str, str]) -> str:
    """The rules for every standard widget.

    `images` has the path of each picture by its name, as `write_style_images` makes them. Raises
    KeyError where the rules name a token or a picture that does not exist.
    """
    values = {name: _hex(colour) for name, colour in tokens(palette).items()}
    values |= {f"image_{name}": f'url("{path}")' for name, path in images.items()}
    values |= {
        "radius_card": f"{RADIUS_CARD}px",
        "radius_field": f"{RADIUS_FIELD}px",
        "quiet_px": f"{QUIET_PX}px",
        "title_px": f"{TITLE_PX}px",
    }
    return "\n".join(Template(rules).substitute(values) for rules in RULES)


def tokens(palette: Palette) -> dict[str, QColor]:
    """The palette's colours and those that follow from them, by the names the rules use."""
    surface, raised = palette.colour("surface"), palette.colour("raised")
    text, accent = palette.colour("text"), palette.colour("accent")
    floating = raised if palette.is_dark else surface
    return {
        "ground": palette.colour("ground"),
        "surface": surface,
        "raised": raised,
        "text": text,
        "quiet_text": palette.colour("quiet_text"),
        "accent": accent,
        "success": palette.colour("success"),
        "warning": palette.colour("warning"),
        "danger": palette.colour("danger"),
        "page_ground": palette.colour("page_ground"),
        "hairline": palette.colour("hairline"),
        "on_accent": palette.colour("on_accent"),
        "floating": floating,  # what opens above the window
        "floating_hover": mixed(floating, text, 0.1),
        "faint_text": mixed(surface, text, 0.42),  # disabled
        "hover": mixed(surface, text, 0.06),
        "pressed": mixed(surface, text, 0.11),
        "raised_hover": mixed(raised, text, 0.05),
        "raised_pressed": mixed(raised, text, 0.11),
        "edge": faded(text, 0.13),
        "edge_hover": faded(text, 0.26),
        "thumb": faded(text, 0.22),
        "thumb_hover": faded(text, 0.38),
        "chosen": mixed(surface, accent, 0.17),
        "accent_hover": mixed(accent, QColor("white"), 0.07),
        "accent_pressed": mixed(accent, QColor("black"), 0.1),
    }


def _hex(colour: QColor) -> str:
    return colour.name(QColor.NameFormat.HexArgb)
