"""“Change only”: another expression, gesture, view or scene, by one choice from a menu."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from core.dataset.taxonomy import Place
from core.tags import Change, Slot, present, swapped
from widgets.common import TagEdit, set_role
from widgets.common.icons import icon
from widgets.prompt.popup import shows_japanese
from widgets.prompt.tag_help import tag_help

_MOST_IN_A_MENU = 24  # more of them, and each group has a menu of its own


@dataclass(frozen=True)
class _Swap:
    """What an action of the menu stands for."""

    change: Change
    slot: Slot
    tag: str


class ChangeButton(QToolButton):
    """Swaps tags of a prompt; hidden while nothing is known of tags. One choice is one edit."""

    def __init__(self, edit: TagEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edit = edit
        self._made_of: tuple[Change, ...] = ()
        self._is_mixed = False
        self._menu = QMenu(self)
        self._submenus: list[QMenu] = []
        self._menu.aboutToShow.connect(self._prepare)
        self._menu.triggered.connect(self._on_triggered)
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setText(self.tr("Change only"))
        self.setAccessibleName(self.tr("Change only"))
        self.setIcon(icon("mdi6.swap-horizontal"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self, "quiet")
        tag_help().changed.connect(self._show_state)
        self._show_state()

    def set_mixed(self, mixed: bool) -> None:
        """Where several prompts are shown as one there is nothing to swap."""
        self._is_mixed = mixed
        self._show_state()

    def _show_state(self) -> None:
        self.setVisible(bool(tag_help().changes))
        self.setEnabled(not self._is_mixed)
        self.setToolTip(
            self.tr("The panels have different prompts. Select one.")
            if self._is_mixed
            else self.tr("Swap one thing of the prompt and keep the rest")
        )

    def _prepare(self) -> None:
        if self._made_of is not tag_help().changes:
            self._fill()
        taxonomy = tag_help().taxonomy
        if taxonomy is None:
            return
        there = present(self._edit.toPlainText(), taxonomy)
        for menu in self._submenus:
            for action in menu.actions():
                swap = action.data()
                if isinstance(swap, _Swap):
                    action.setChecked(swap.tag in there)

    def _fill(self) -> None:
        self._menu.clear()
        for menu in self._submenus:
            menu.deleteLater()
        self._submenus = []
        self._made_of = tag_help().changes
        for change in self._made_of:
            whole = self._submenu(self._menu, change_title(change.kind))
            for slot in change.slots:
                for title, places in self._sections(slot):
                    self._fill_section(self._submenu(whole, title), change, slot, places)

    def _sections(self, slot: Slot) -> list[tuple[str, list[Place]]]:
        """A slot is a menu; one of too many tags is a menu a group."""
        taxonomy = tag_help().taxonomy
        if taxonomy is None or len(slot.choices) <= _MOST_IN_A_MENU:
            return [(slot_title(slot.key), list(slot.choices))]
        groups: dict[str, list[Place]] = {}
        for place in slot.choices:
            groups.setdefault(taxonomy.groups[place.group].name, []).append(place)
        return [(slot_title(name), places) for name, places in groups.items()]

    def _fill_section(self, menu: QMenu, change: Change, slot: Slot, places: list[Place]) -> None:
        for place in places:
            action = QAction(_action_text(place), menu)
            action.setCheckable(True)
            action.setData(_Swap(change, slot, place.tag))
            menu.addAction(action)

    def _submenu(self, menu: QMenu, title: str) -> QMenu:
        made = QMenu(title, menu)
        menu.addMenu(made)
        self._submenus.append(made)
        return made

    def _on_triggered(self, action: QAction) -> None:
        swap, taxonomy = action.data(), tag_help().taxonomy
        if isinstance(swap, _Swap) and taxonomy is not None:
            text = self._edit.toPlainText()
            self._edit.replace_text(swapped(text, swap.tag, swap.slot, swap.change, taxonomy))


def _action_text(place: Place) -> str:
    """The tag; for readers of Japanese its name first."""
    text = place.text.replace("&", "&&")
    index = tag_help().index
    name = index.name_of(place.tag) if index is not None and shows_japanese() else ""
    return f"{name}\t{text}" if name else text


def change_title(kind: str) -> str:
    texts = {
        "expression": QCoreApplication.translate("TagChange", "Expression"),
        "gesture": QCoreApplication.translate("TagChange", "Gesture"),
        "view": QCoreApplication.translate("TagChange", "View"),
        "scene": QCoreApplication.translate("TagChange", "Scene"),
    }
    return texts[kind]


def slot_title(key: str) -> str:
    """What a slot, or a group of a large one, is about; a group that has no title says its name."""
    texts = {
        "arms.one": QCoreApplication.translate("TagChange", "One arm"),
        "arms.position": QCoreApplication.translate("TagChange", "Both arms"),
        "hands.both": QCoreApplication.translate("TagChange", "Both hands"),
        "hands.holding": QCoreApplication.translate("TagChange", "Holding"),
        "hands.one": QCoreApplication.translate("TagChange", "One hand"),
        "head.motion": QCoreApplication.translate("TagChange", "Head and legs"),
        "face.happy": QCoreApplication.translate("TagChange", "Mood"),
        "face.mouth": QCoreApplication.translate("TagChange", "Mouth"),
        "face.eyes_open": QCoreApplication.translate("TagChange", "Eyes"),
        "face.emphasis": QCoreApplication.translate("TagChange", "Signs of feeling"),
        "view.framing": QCoreApplication.translate("TagChange", "Framing"),
        "view.height": QCoreApplication.translate("TagChange", "Side and height"),
        "view.gaze": QCoreApplication.translate("TagChange", "Gaze"),
        "view.camera": QCoreApplication.translate("TagChange", "Camera and focus"),
        "scene.indoors": QCoreApplication.translate("TagChange", "Indoors"),
        "scene.outdoors": QCoreApplication.translate("TagChange", "Outdoors"),
        "scene.time": QCoreApplication.translate("TagChange", "Time of day"),
        "scene.season": QCoreApplication.translate("TagChange", "Season and weather"),
        "scene.light": QCoreApplication.translate("TagChange", "Light and sky"),
        "scene.air": QCoreApplication.translate("TagChange", "In the air"),
    }
    return texts.get(key, key.rpartition(".")[2].replace("_", " "))
