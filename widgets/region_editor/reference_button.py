"""Which of a character's references are used: all, or some."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from core.document import Reference


class ReferenceButton(QToolButton):
    """Says how many references are chosen and opens a menu of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._references: tuple[Reference, ...] = ()
        self._actions: dict[str, QAction] = {}
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(self.tr("References"))
        self._update_text()

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ids in the character's order; () = all."""
        ids = tuple(i for i, action in self._actions.items() if action.isChecked())
        return () if len(ids) == len(self._actions) else ids

    def set_references(self, references: tuple[Reference, ...]) -> None:
        """Another choice; all are used at first. The same references keep what is chosen."""
        if references is self._references and self._actions:
            return
        self._references = references
        self._actions = {}
        self._menu.clear()
        for number, reference in enumerate(references, start=1):
            action = self._menu.addAction(f"{number}  {self._role_name(reference.role)}")
            action.setCheckable(True)
            action.setChecked(True)
            action.setToolTip(self.tr("Draw the region after this reference"))
            action.toggled.connect(lambda on, action=action: self._on_toggled(action, on))
            self._actions[reference.id] = action
        self._update_text()

    def set_chosen(self, reference_ids: tuple[str, ...]) -> None:
        for reference_id, action in self._actions.items():
            blocked = action.blockSignals(True)
            action.setChecked(not reference_ids or reference_id in reference_ids)
            action.blockSignals(blocked)
        self._update_text()

    def _on_toggled(self, action: QAction, on: bool) -> None:
        if not on and not any(a.isChecked() for a in self._actions.values()):
            action.setChecked(True)  # none would mean all
            return
        self._update_text()

    def _update_text(self) -> None:
        total = len(self._actions)
        used = sum(action.isChecked() for action in self._actions.values())
        self.setEnabled(total > 1)
        if used == total:
            self.setText(self.tr("All references"))
        else:
            self.setText(self.tr("{used} of {total} references").format(used=used, total=total))
        if total > 1:
            self.setToolTip(self.tr("Which references the region is drawn after"))
        elif total == 1:
            self.setToolTip(self.tr("This character has only one reference."))
        else:
            self.setToolTip(self.tr("Choose a character with references first."))

    def _role_name(self, role: str) -> str:
        names = {
            "full": self.tr("Whole figure"),
            "face": self.tr("Face"),
            "hair": self.tr("Hair"),
            "outfit": self.tr("Outfit"),
            "accessory": self.tr("Accessory"),
        }
        return names.get(role, self.tr("Other"))
