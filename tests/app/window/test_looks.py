"""What is seen: room for the page, docks that fit, menus of one kind, keys that reach the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QLineEdit, QWidget

from app.settings import changed_settings
from app.window.actions import MENUS_WITH_ICONS
from tests.app.conftest import Studio
from tests.app.window.conftest import Artist
from widgets.dialogs import ShortcutsDialog
from widgets.page_view import Tool

SIZES = (QSize(1280, 800), QSize(1920, 1080), QSize(2560, 1440))
Key = Qt.Key


def resize(artist: Artist, size: QSize) -> None:
    artist.window.resize(size)
    artist.until(lambda: artist.window.size() == size)
    QApplication.processEvents()


def is_cut(widget: QWidget, within: QWidget) -> bool:
    """Whether a part of a widget lies outside of one it is in."""
    corner = widget.mapTo(within, widget.rect().topLeft())
    return not within.rect().contains(widget.rect().translated(corner))


def shown_docks(artist: Artist) -> list[QDockWidget]:
    return [dock for dock in artist.window.findChildren(QDockWidget) if dock.isVisible()]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size.width()}x{size.height()}")
@pytest.mark.parametrize("with_queue", [False, True])
def test_docks_fit_and_the_page_has_half_of_the_width(
    artist: Artist, size: QSize, with_queue: bool
) -> None:
    artist.window.dock("queue").setVisible(with_queue)
    resize(artist, size)
    docks = shown_docks(artist)
    assert len(docks) == 4 + with_queue
    for dock in docks:
        assert not is_cut(dock, artist.window), dock.objectName()
        least = dock.widget().minimumSizeHint()
        assert dock.widget().width() >= least.width(), dock.objectName()
        assert dock.widget().height() >= least.height(), dock.objectName()
        for label in dock.titleBarWidget().findChildren(QLabel):
            assert label.width() >= label.sizeHint().width(), f"{dock.objectName()} is elided"
    assert artist.view.width() >= size.width() / 2
    assert artist.view.height() >= size.height() / 2


def test_the_region_bar_moves_nothing_sideways(artist: Artist) -> None:
    before = [dock.width() for dock in shown_docks(artist)]
    artist.session.state.select_panels((artist.panel(0).id,))
    artist.session.state.set_tool(Tool.REGION)
    QApplication.processEvents()
    assert artist.window.region_bar.isVisible()
    assert not is_cut(artist.window.region_bar, artist.window)
    assert [dock.width() for dock in shown_docks(artist)] == before


def test_docks_grow_with_the_window_until_the_artist_moves_them(artist: Artist) -> None:
    window = artist.window
    small = (window.dock("library").width(), window.dock("pages").height())
    resize(artist, SIZES[2])
    large = (window.dock("library").width(), window.dock("pages").height())
    assert large[0] > small[0] and large[1] > small[1]
    window.resizeDocks([window.dock("library")], [280], Qt.Orientation.Horizontal)
    QApplication.processEvents()
    resize(artist, SIZES[1])
    assert window.dock("library").width() == 280
    artist.do("reset_layout")
    QApplication.processEvents()
    assert window.dock("library").width() not in (280, large[0])


def test_a_layout_that_was_left_comes_back(
    window_on: Callable[..., Artist], studio: Studio
) -> None:
    first = window_on(studio.small())
    window = first.window
    window.dock("poses").close()
    window.resizeDocks([window.dock("library")], [250], Qt.Orientation.Horizontal)
    QApplication.processEvents()
    first.session.close()
    window = window_on(studio.folder / "small.koma").window
    QApplication.processEvents()
    assert window.dock("poses").isHidden()
    assert window.dock("library").width() == 250


def test_a_first_window_takes_most_of_a_large_screen_and_all_of_a_small_one(
    artist: Artist,
) -> None:
    artist.window.open_on(QSize(2560, 1400))
    assert artist.window.width() > 2000 and artist.window.height() > 1100
    artist.window.open_on(QSize(1280, 760))
    assert artist.window.size() == QSize(1280, 760)


def test_every_dock_has_one_title_and_closes(artist: Artist) -> None:
    for dock in shown_docks(artist):
        title = dock.windowTitle()
        shown = [w.text() for w in dock.findChildren(QLabel) if w.isVisible()]
        assert shown.count(title) == 1, title
    assert artist.window.strip.add_button.isVisible()


def test_each_menu_has_an_icon_on_every_row_or_on_none(artist: Artist) -> None:
    for name, menu in artist.window.menus.items():
        rows = [action for action in menu.actions() if not action.isSeparator()]
        assert rows, name
        have = {
            action.text(): not action.icon().isNull() and action.isIconVisibleInMenu()
            for action in rows
        }
        assert set(have.values()) == {name in MENUS_WITH_ICONS}, (name, have)


def test_actions_have_texts_and_tooltips_and_share_no_key(artist: Artist) -> None:
    keys: Counter[str] = Counter()
    for action in artist.window.actions_table:
        assert action.text() and action.objectName()
        first, *more = action.shortcuts() or [QKeySequence()]
        assert action.toolTip() != action.text().replace("&", "").rstrip("…"), action.text()
        if not first.isEmpty():
            assert first.toString(QKeySequence.SequenceFormat.NativeText) in action.toolTip()
        keys.update(key.toString() for key in (first, *more) if not key.isEmpty())
    assert len(keys) > 20
    assert {key: count for key, count in keys.items() if count > 1} == {}


def test_no_menu_has_the_same_mnemonic_twice(artist: Artist) -> None:
    bar = [action.text() for action in artist.window.menuBar().actions()]
    for texts in (bar, *([a.text() for a in m.actions()] for m in artist.window.menus.values())):
        letters = Counter(t[t.index("&") + 1].lower() for t in texts if "&" in t)
        assert max(letters.values(), default=0) <= 1, texts


def test_keys_of_the_page_reach_it(artist: Artist) -> None:
    """No action of the window takes a key that the page view answers itself."""
    view, state = artist.view, artist.session.state
    view.setFocus()
    QTest.keyClick(view, Key.Key_Down)
    first = state.panel_id
    assert first is not None
    QTest.keyClick(view, Key.Key_Down)
    assert state.panel_id not in (None, first)
    QTest.keyClick(view, Key.Key_1)
    large = view.zoom
    QTest.keyClick(view, Key.Key_0)
    assert view.zoom < large
    QTest.keyPress(view, Key.Key_Space)
    assert view.viewport().cursor().shape() == Qt.CursorShape.OpenHandCursor
    QTest.keyRelease(view, Key.Key_Space)
    QTest.keyClick(view, Key.Key_Escape)
    assert state.panel_ids == ()
    QTest.keyClick(view, Key.Key_Down)
    count = len(artist.document.page(state.page_id).panels)
    QTest.keyClick(view, Key.Key_Delete)
    assert len(artist.document.page(state.page_id).panels) == count - 1


def test_keys_of_pose_mode_reach_the_figures(artist: Artist) -> None:
    panel = artist.panel(0)
    artist.double_click(artist.middle(panel.id))
    state = artist.session.state
    assert state.tool is Tool.POSE
    QTest.keyClick(artist.view, Key.Key_Tab)
    assert state.figure_id == panel.figures[0].id
    assert not artist.window.dock("library").isHidden(), "Tab hid the docks"
    QTest.keyClick(artist.view, Key.Key_Right)
    moved = artist.document.panel(panel.id).figures[0].pose
    assert moved.body[0].x > panel.figures[0].pose.body[0].x
    QTest.keyClick(artist.view, Key.Key_Escape)
    assert state.tool is Tool.SELECT


def test_tab_shows_the_page_only_and_the_docks_again(artist: Artist) -> None:
    artist.view.setFocus()
    QTest.keyClick(artist.view, Key.Key_Tab)
    assert shown_docks(artist) == []
    assert artist.view.hasFocus()
    QTest.keyClick(artist.view, Key.Key_Tab)
    assert len(shown_docks(artist)) == 4


def test_tab_goes_from_field_to_field_in_the_docks(artist: Artist) -> None:
    """Whoever works by keyboard gets everywhere: only the page takes Tab for itself."""
    seen: set[QWidget] = set()
    artist.window.strip.add_button.setFocus()
    for _ in range(6):
        focused = QApplication.focusWidget()
        assert focused is not None and focused not in seen
        seen.add(focused)
        if focused is artist.view:
            break
        QTest.keyClick(focused, Key.Key_Tab)
    assert len(seen) > 2
    assert len(shown_docks(artist)) == 4


def test_control_tab_goes_from_panel_to_panel(artist: Artist) -> None:
    view, state = artist.view, artist.session.state
    view.setFocus()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(view, Key.Key_Tab, control)
    first = state.panel_id
    QTest.keyClick(view, Key.Key_Tab, control)
    assert first is not None and state.panel_id not in (None, first)
    QTest.keyClick(view, Key.Key_Backtab, control | shift)
    assert state.panel_id == first


def test_letters_are_typed_into_fields_and_choose_tools_elsewhere(artist: Artist) -> None:
    field = artist.window.library.findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    QTest.keyClicks(field, "mkv")
    assert field.text() == "mkv"
    assert artist.session.state.tool is Tool.SELECT
    artist.view.setFocus()
    QTest.keyClick(artist.view, Key.Key_K)
    assert artist.session.state.tool is Tool.KNIFE


def test_the_light_of_the_engine_follows_the_theme(artist: Artist) -> None:
    light = next(
        label
        for label in artist.window.status_line.findChildren(QLabel)
        if label.property("role") == "light"
    )
    artist.until(lambda: light.accessibleName() == "Ready to draw.")
    session = artist.session

    def colour() -> str:
        image = light.pixmap().toImage()
        return image.pixelColor(image.rect().center()).name()

    session.apply_settings(changed_settings(session.settings, theme="dark"))
    dark = colour()
    session.apply_settings(changed_settings(session.settings, theme="light"))
    assert colour() != dark


def test_bleed_is_quiet_paper(artist: Artist) -> None:
    """Beyond the trim the paper is a little darker than within it, in every theme."""
    session = artist.session
    for theme in ("dark", "light"):
        session.apply_settings(changed_settings(session.settings, theme=theme))
        image = artist.view.viewport().grab().toImage()
        page_format = artist.document.page_format
        trim = page_format.trim
        beyond = artist.at(-page_format.bleed_mm / 2, trim.height / 2)
        within = artist.at(page_format.bleed_mm, trim.height / 2)
        assert image.pixelColor(within).lightnessF() == 1.0
        assert 0.75 < image.pixelColor(beyond).lightnessF() < 0.97, theme


def test_the_list_of_keys_has_those_that_no_menu_shows(artist: Artist) -> None:
    artist.do("shortcuts")
    (dialog,) = artist.window.findChildren(ShortcutsDialog)
    rows = {(group, text): keys for group, text, keys in dialog.shown_rows()}
    assert rows["On the page", "Fit the page"] == "0"
    assert rows["In pose mode", "Hide or show the joint"] == "H"
    dialog.close()
