"""An afternoon's work in one go: undone to the very start, redone to the very end."""

from __future__ import annotations

import random

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.document.edits import update_settings
from core.storage import load_project
from tests.app.window.conftest import Artist, drag_over
from widgets.page_view import PanelState, Tool

CTRL = Qt.KeyboardModifier.ControlModifier


def work(artist: Artist) -> None:
    """Some thirty edits of all kinds, by hand where there is a hand for it."""
    session, state = artist.session, artist.session.state
    session.pages.lay_out("page", "Three tiers")
    first = artist.panel(0).id
    artist.double_click(artist.middle(first))
    assert state.tool is Tool.POSE
    for number, by in ((4, QPoint(12, -14)), (7, QPoint(-10, 8)), (10, QPoint(6, 5))):
        joint = artist.joint(number)
        artist.drag(joint, joint + by)
    for action in ("figure_copy", "figure_paste", "figure_mirror", "figure_reset"):
        artist.do(action)
    artist.press_key(Qt.Key.Key_Right)
    artist.do("tool_select")
    session.pages.put_character("c", first)
    artist.do("figure_backward")
    artist.do("panel_seed")
    session.inspector.set_direction("ltr")
    session.controller.edit("Steps", lambda d: update_settings(d, steps=7))
    artist.do("page_duplicate")
    session.pages.add_page("Splash", 0)
    strip = artist.window.strip
    rects = [strip.view.visualRect(strip.model.index(row)) for row in range(3)]
    drag_over(strip.view.viewport(), rects[0].center(), rects[2].center() + QPoint(30, 0))
    artist.do("page_remove")
    state.set_page("page")
    artist.do("tool_knife")
    box = artist.document.panel(first).polygon.bounds
    artist.drag(artist.at(box.x - 4, box.center.y), artist.at(box.right + 4, box.center.y))
    artist.do("tool_select")
    session.library.open("c")
    editor = session.library.editor
    assert editor is not None
    editor.name_edited.emit("g", "c", "Hina")
    editor.gesture_finished.emit("g")
    editor.accept()


def test_all_of_it_is_undone_and_redone(artist: Artist) -> None:
    artist.session.apply_settings(
        artist.session.settings.model_copy(update={"draft_after_edit": False})
    )
    start = artist.document
    seen = [start]
    artist.session.controller.document_changed.connect(lambda c: seen.append(c.document))
    work(artist)
    end, steps = artist.document, artist.steps
    assert steps >= 17 and len(seen) > steps
    texts = {artist.session.controller.undo_stack.text(index) for index in range(steps)}
    assert all(text and "_" not in text for text in texts) and len(texts) >= 12

    artist.view.setFocus()
    for _ in range(steps):
        QTest.keyClick(artist.view, Qt.Key.Key_Z, CTRL)
    assert artist.document == start and not artist.session.controller.modified
    for _ in range(steps):
        QTest.keyClick(artist.view, Qt.Key.Key_Y, CTRL)
    assert artist.document == end

    # Back and forth at random, with a render in between: what was drawn stays.
    dice = random.Random(3)
    artist.do("render_page")
    for _ in range(60):
        action = artist.window.actions_table["undo" if dice.random() < 0.6 else "redo"]
        if action.isEnabled():
            action.trigger()
    artist.until(artist.is_idle)
    while artist.window.actions_table["redo"].isEnabled():
        artist.do("redo")
    assert [p.figures for p in artist.document.panels()] == [p.figures for p in end.panels()]
    artist.do("render_stale")
    artist.until(
        lambda: (
            artist.is_idle()
            and all(
                status.state in (PanelState.FRESH, PanelState.EMPTY)
                for status in artist.session.renders.statuses.values()
            )
        )
    )
    artist.do("save")
    artist.until(lambda: not artist.session.files.busy)
    assert load_project(artist.session.controller.path).document == artist.document
