"""Figures that drift from their references: marked on the page, listed, and drawn again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Signal

from app.best_of import BestOf
from app.consistency_watch import ConsistencyWatch
from app.document_controller import DocumentController
from app.render_session import place_of
from app.window.main_window import MainWindow
from app.window.state import WindowState
from core.consistency.scores import Drift, FigureScore
from core.errors import BadInput
from core.render_plan import Target
from widgets.check_view import CheckRow

translate = QCoreApplication.translate
_SENTENCES: Mapping[Drift, object] = {
    "hair": QT_TRANSLATE_NOOP("Drift", "{name}'s hair colour is off"),
    "skin": QT_TRANSLATE_NOOP("Drift", "{name}'s skin colour is off"),
    "top": QT_TRANSLATE_NOOP("Drift", "the colour of {name}'s top is off"),
    "bottom": QT_TRANSLATE_NOOP("Drift", "the colour of {name}'s skirt or trousers is off"),
    "legwear": QT_TRANSLATE_NOOP("Drift", "the colour of {name}'s legs is off"),
    "likeness": QT_TRANSLATE_NOOP("Drift", "{name} does not look like the references"),
}
_PARTS: Mapping[Drift, object] = {
    "hair": QT_TRANSLATE_NOOP("Drift", "hair"),
    "skin": QT_TRANSLATE_NOOP("Drift", "skin"),
    "top": QT_TRANSLATE_NOOP("Drift", "top"),
    "bottom": QT_TRANSLATE_NOOP("Drift", "skirt or trousers"),
    "legwear": QT_TRANSLATE_NOOP("Drift", "legs"),
}
COUNTS = (2, 4, 8)
MOST_NAMED = 2  # parts; the numbers of all of them are in the tooltip


def drift_text(score: FigureScore, name: str) -> str:
    """What is off about a figure, as part of a sentence."""
    drifts = score.drifts
    if len(drifts) == 1:
        return _translated(_SENTENCES[drifts[0]]).format(name=name)
    named = [_translated(_PARTS[drift]) for drift in drifts[:MOST_NAMED]]
    parts = translate("Drift", ", ").join(named)
    if len(drifts) > MOST_NAMED:
        more = len(drifts) - MOST_NAMED
        parts = translate("Drift", "{parts} and {count} more").format(parts=parts, count=more)
    return translate("Drift", "{name}'s colours are off: {parts}").format(name=name, parts=parts)


def drift_details(score: FigureScore) -> str:
    """The numbers, for those who want them: one line a part."""
    lines = [
        translate("Drift", "{part}: colour difference {value} (CIEDE2000)").format(
            part=_translated(_PARTS[part]), value=f"{difference:.0f}"
        )
        for part, difference in score.parts.items()
    ]
    if score.similarity is not None:
        value = f"{score.similarity:.2f}"
        lines.append(translate("Drift", "likeness {value} of 1").format(value=value))
    return "\n".join(lines)


class CheckController(QObject):
    """Joins what the watch finds with the page's badges and the list."""

    begun = Signal()  # something was put into the queue
    about_to_render = Signal()  # the last call for fields that hold text back
    count_changed = Signal(int)

    def __init__(
        self,
        controller: DocumentController,
        state: WindowState,
        watch: ConsistencyWatch,
        best_of: BestOf,
        window: MainWindow,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller, self._state = controller, state
        self._watch, self._best_of, self._window = watch, best_of, window
        self._count = 4
        view = window.checks
        view.panel_chosen.connect(self.go_to)
        view.again_requested.connect(self.draw_again)
        view.ignore_requested.connect(watch.ignore)
        window.view.check_requested.connect(self._show_panel)
        watch.changed.connect(self._show_drifts)
        for count in COUNTS:
            action = window.actions_table[f"best_of_{count}"]
            action.triggered.connect(partial(self._choose_count, count))
        self.set_count(self._count)

    def set_count(self, count: int) -> None:
        """How often a panel is drawn again; of 2, 4 and 8."""
        self._count = count
        self._window.actions_table[f"best_of_{count}"].setChecked(True)
        text = self.tr("Draw Again, Keep the Best of {count}").format(count=count)
        action = self._window.actions_table["best_of"]
        action.setText(text)
        action.setIconText(text)
        self._window.checks.set_again_text(text)

    def show(self) -> None:
        """The list, with the keyboard in it."""
        self._window.checks.set_looking(self._watch.is_busy)
        dock = self._window.dock("checks")
        dock.show()
        dock.raise_()
        self._window.checks.setFocus()

    def go_to(self, panel_id: str) -> None:
        """Turn to a panel and select it."""
        try:
            page = self._controller.document.page_of(panel_id)
        except BadInput:
            return  # gone since the list was made
        self._state.set_page(page.id)
        self._state.select_panels((panel_id,))

    def draw_again(self, panel_id: str) -> None:
        """As often as is set, with other seeds."""
        self.about_to_render.emit()
        try:
            locked = self._window.inspector.locked_seeds
            begun = self._best_of.draw(panel_id, self._count, self._state.quality, locked)
        except BadInput:
            return
        if begun:
            self.begun.emit()

    def _choose_count(self, count: int, _checked: bool = False) -> None:
        self.set_count(count)
        self.count_changed.emit(count)

    def _show_panel(self, panel_id: str) -> None:
        self.go_to(panel_id)
        self.show()
        self._window.checks.select(panel_id)

    def _show_drifts(self) -> None:
        document = self._controller.document
        rows: list[CheckRow] = []
        badges: dict[str, str] = {}
        for panel_id, scores in self._watch.drifting.items():
            target = Target(document.page_of(panel_id).id, panel_id)
            page, panel = place_of(document, target)
            found: list[str] = []
            for score in scores:
                what = drift_text(score, document.character(score.character_id).name)
                text = self.tr("Page {page}, panel {panel}: {what}").format(
                    page=page, panel=panel, what=what
                )
                rows.append(CheckRow(panel_id, text, drift_details(score)))
                found.append(what[:1].upper() + what[1:])
            badges[panel_id] = "\n".join(found)
        self._window.view.set_badges(badges)
        self._window.checks.set_looking(self._watch.is_busy)
        self._window.checks.set_rows(rows)


def _translated(text: object) -> str:
    return translate("Drift", str(text))
