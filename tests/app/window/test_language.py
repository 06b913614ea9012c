"""The window in Japanese: nothing that an artist reads is left in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psd_tools import PSDImage
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)

from app.i18n import install_language
from core.errors import BadInput
from tests.app.conftest import Studio
from tests.app.window.conftest import Artist
from widgets.common.mnemonics import without_mnemonic
from widgets.dialogs import ExportChoice

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龯]")
WORD = re.compile(r"[A-Za-z]{2,}")
# What a Japanese artist writes with Latin letters too, and keys.
LATIN = {
    "Koma", "OpenPose", "PNG", "PSD", "LoRA", "px", "mm", "CPU", "safetensors", "Shift", "Ctrl",
    "Alt", "Esc", "Enter", "Tab", "PgUp", "PgDown", "Return", "xinsir", "Web", "dpi", "ControlNet",
}  # fmt: skip
# Prompts are English in every language; they are examples here.
EXAMPLES = {
    "monochrome, screentone", "text, extra fingers", "smile, classroom, looking at viewer",
    "smile, closed eyes", "brown hair, glasses, green hoodie…", "タグ：red scarf, smile",
}  # fmt: skip


@pytest.fixture(params=["en", "ja"])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    yield from speaking(qapp, request.param)


@pytest.fixture
def japanese(qapp: QApplication) -> Iterator[str]:
    yield from speaking(qapp, "ja")


def speaking(application: QApplication, language: str) -> Iterator[str]:
    before, locale = set(application.findChildren(QTranslator)), QLocale()
    install_language(application, language)
    yield language
    for translator in set(application.findChildren(QTranslator)) - before:
        application.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(locale)


def actions_of(menu: QMenu) -> Iterator[QAction]:
    """Also those of menus that are filled when they open."""
    menu.aboutToShow.emit()
    for action in menu.actions():
        if not action.isSeparator():
            yield action
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from actions_of(inner)


def english_in(text: str) -> list[str]:
    words = [word for word in WORD.findall(text) if word not in LATIN]
    return words if text not in EXAMPLES else []


def test_menus_are_japanese(japanese: str, artist: Artist) -> None:
    names = {c.name for c in artist.document.characters}
    entries = [a for m in artist.window.menus.values() for a in (m.menuAction(), *actions_of(m))]
    texts = {without_mnemonic(a.text()) for a in entries} - names
    texts |= {a.statusTip() for a in entries if a.statusTip()}
    texts |= {a.toolTip() for a in artist.window.actions_table}
    assert len(texts) > 120
    recent = artist.session.recent.entries
    left = {t for t in texts if english_in(t) and not any(e.name in t for e in recent)}
    assert left == set()


def test_access_keys_of_a_menu_differ(language: str, artist: Artist) -> None:
    menus = list(artist.window.menus.values())
    rows = [[m.menuAction() for m in menus], *([*m.actions()] for m in menus)]
    for row in rows:
        found = [k.casefold() for a in row for k in re.findall(r"(?<!&)&(\w)", a.text())]
        assert len(found) == len(set(found)), [a.text() for a in row]


def shown_texts(widget: QWidget) -> Iterator[str]:
    """Everything that a widget says by itself, to eyes and to a screen reader."""
    yield widget.toolTip()
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    if isinstance(widget, QLabel | QAbstractButton):
        yield without_mnemonic(widget.text())
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        yield widget.placeholderText()
    if isinstance(widget, QDockWidget):
        yield widget.windowTitle()


def test_nothing_around_the_page_is_english(japanese: str, artist: Artist) -> None:
    artist.until(artist.is_idle)
    given = {c.name for c in artist.document.characters}
    given |= {tag for c in artist.document.characters for tag in (", ".join(c.tags), *c.tags)}
    given |= {model.title for model in artist.session.workplace.catalogue().base_models}
    given.add(artist.document.title)
    texts = {t for w in artist.window.findChildren(QWidget) for t in shown_texts(w) if t} - given
    assert len({t for t in texts if JAPANESE.search(t)}) > 80
    assert {t for t in texts if english_in(t)} == set()


def test_the_draw_button_has_no_access_key_in_its_text(japanese: str, artist: Artist) -> None:
    assert artist.window.render_button.text() == "コマを描画"


def test_undo_says_what_in_japanese(japanese: str, artist: Artist) -> None:
    artist.session.state.select_panels((artist.panel(0).id,))
    artist.do("panel_seed")
    assert without_mnemonic(artist.window.actions_table["undo"].text()) == "取り消す：シードの変更"


def test_a_failure_of_the_core_is_told_in_japanese(
    japanese: str, window_on: Callable[..., Artist], studio: Studio
) -> None:
    artist = window_on(None)

    def fail(document: object) -> None:
        raise BadInput("Draw the cut as a line across the panel.", code="bad_cut")

    assert not artist.session.controller.edit("コマの分割", fail)  # type: ignore[arg-type]
    assert artist.sentence() == "コマを横切るように線を引いてください。"


def test_layers_of_a_psd_have_japanese_names(japanese: str, artist: Artist, tmp_path: Path) -> None:
    exports = artist.session.exports
    exports.open()
    assert exports.dialog is not None
    exports.dialog.export_requested.emit(ExportChoice(tmp_path, ("psd",), 72, (1,), "trim"))
    artist.until(lambda: not exports.busy)
    file = PSDImage.open(tmp_path / "page-001.psd")
    assert [layer.name for layer in file] == ["用紙", "コマ 1", "コマ 2"]
    assert [layer.name for layer in file[1]] == ["絵", "枠線"]
