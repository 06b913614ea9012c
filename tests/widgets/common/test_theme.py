"""The palettes can be read, and the style sheet says what it should."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from core.document import CHARACTER_COLOURS
from widgets.common import set_role
from widgets.common.palette import Palette, contrast, current, theme_signals
from widgets.common.style_images import write_style_images
from widgets.common.style_sheet import style_sheet, tokens
from widgets.common.theme import DARK, LIGHT, apply_theme, character_colour, icon

BOTH = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
READABLE = 4.5


@BOTH
@pytest.mark.parametrize("ink", ["text", "quiet_text", "accent", "success", "warning", "danger"])
@pytest.mark.parametrize("ground", ["ground", "surface", "raised", "page_ground"])
def test_every_ink_is_readable_on_every_ground(palette: Palette, ink: str, ground: str):
    assert contrast(palette.colour(ink), palette.colour(ground)) >= READABLE


@BOTH
def test_text_is_readable_on_what_the_rules_mix(palette: Palette):
    colours = tokens(palette)
    for ground in (
        "hover",
        "pressed",
        "raised_hover",
        "raised_pressed",
        "chosen",
        "floating_hover",
    ):
        assert contrast(colours["text"], colours[ground]) >= READABLE, ground
    for ground in ("hover", "floating", "raised_hover"):
        assert contrast(colours["quiet_text"], colours[ground]) >= READABLE, ground
    for ground in ("accent", "accent_hover", "accent_pressed"):
        assert contrast(colours["on_accent"], colours[ground]) >= READABLE, ground


def test_the_contrast_of_black_on_white_is_21():
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21.0)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


@BOTH
def test_every_token_is_a_colour(palette: Palette):
    assert all(QColor(getattr(palette, f.name)).isValid() for f in fields(palette))
    with pytest.raises(KeyError):
        palette.colour("mauve")


def test_the_tokens_stay_those_of_the_design():
    assert (DARK.ground, DARK.surface, DARK.raised) == ("#17181B", "#1F2125", "#272A2F")
    assert DARK.is_dark
    assert not LIGHT.is_dark


@BOTH
def test_the_style_sheet_leaves_no_token_unfilled(palette: Palette, qapp: QApplication):
    sheet = style_sheet(palette, write_style_images(palette))
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert not re.findall(r"(?<!-)color: *;", sheet)


@BOTH
def test_all_pictures_of_the_style_sheet_exist_in_two_sizes(palette: Palette, qapp: QApplication):
    paths = write_style_images(palette)
    for path in paths.values():
        small, large = QIcon(path), path.removesuffix(".png") + "@2x.png"
        assert not small.isNull()
        assert QIcon(large).availableSizes()[0] == small.availableSizes()[0] * 2


def test_a_theme_reaches_widgets_and_those_who_paint_by_hand(dark, qtbot):
    button = QPushButton("Export")
    qtbot.addWidget(button)
    set_role(button, "primary")
    assert _centre_left(button) == QColor(DARK.accent)
    with qtbot.waitSignal(theme_signals().changed):
        apply_theme(dark, LIGHT)
    assert current() is LIGHT
    assert dark.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.surface)
    assert _centre_left(button) == QColor(LIGHT.accent)


def test_roles_may_change(dark, qtbot):
    label = QLabel("Nothing here")
    qtbot.addWidget(label)
    set_role(label, "quiet")
    label.ensurePolished()
    assert label.font().pixelSize() == 11
    set_role(label, "title")
    assert label.font().pixelSize() == 15


def test_icons_follow_the_palette_without_being_made_again(dark):
    mark = icon("mdi6.square")
    assert _ink(mark) == QColor(DARK.quiet_text)
    apply_theme(dark, LIGHT)
    assert _ink(mark) == QColor(LIGHT.quiet_text)


def test_icons_are_accented_when_checked_or_active(dark):
    assert _ink(icon("mdi6.square"), QIcon.State.On) == QColor(DARK.accent)
    assert _ink(icon("mdi6.square", active=True)) == QColor(DARK.accent)
    assert _ink(icon("mdi6.square", tone="danger"), QIcon.State.On) == QColor(DARK.danger)


def test_a_disabled_icon_is_faint(dark):
    image = icon("mdi6.square").pixmap(QSize(32, 32), QIcon.Mode.Disabled).toImage()
    assert 60 < image.pixelColor(16, 16).alpha() < 140


def test_an_unknown_icon_is_refused(qapp: QApplication):
    with pytest.raises(KeyError):
        icon("mdi6.no-such-thing")


def test_character_colours_wrap_around():
    assert character_colour(1) == QColor(CHARACTER_COLOURS[1])
    assert character_colour(len(CHARACTER_COLOURS)) == QColor(CHARACTER_COLOURS[0])


def _centre_left(widget: QWidget) -> QColor:
    widget.resize(120, 40)
    return widget.grab().toImage().pixelColor(6, 20)


def _ink(mark: QIcon, state: QIcon.State = QIcon.State.Off) -> QColor:
    image = mark.pixmap(QSize(32, 32), QIcon.Mode.Normal, state).toImage()
    return QColor(image.pixelColor(16, 16).name())
