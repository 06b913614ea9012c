"""The seed of a panel: keep it, take the next one, or let chance decide."""

from __future__ import annotations

import random
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSizePolicy, QWidget

from core.document.checks import MAX_SEED
from widgets.common import IconButton, new_gesture_id
from widgets.common.theme import SPACE_M, SPACE_S
from widgets.common.wheel_guard import tidy_spin_box
from widgets.inspector.fields import field_label
from widgets.inspector.number_rows import Veil

BUTTON_PX = 24
CHANCE = 1_000_000  # random seeds stay short enough to be read, noted and typed again


class SeedRow(QWidget):
    """`seed_edited(gesture_id, seeds)`: one seed for each of the values it was filled with."""

    seed_edited = Signal(str, object)
    lock_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None, *, lockable: bool = True) -> None:
        super().__init__(parent)
        self._seeds: tuple[int, ...] = ()
        tooltip = self.tr("The same seed draws the same picture again")
        self.box = QDoubleSpinBox(self)  # whole numbers beyond 31 bits
        self.box.setDecimals(0)
        self.box.setRange(0, MAX_SEED)
        self.box.setKeyboardTracking(False)
        self.box.setMinimumWidth(48)
        self.box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        tidy_spin_box(self.box)
        self.box.setToolTip(tooltip)
        self.box.setAccessibleName(self.tr("Seed"))
        self.box.valueChanged.connect(self._on_typed)
        self._veil = Veil(self.box)
        self.lock_button = IconButton("mdi6.lock-open-variant-outline", "", self)
        self.lock_button.setCheckable(True)
        self.lock_button.setVisible(lockable)
        self.lock_button.toggled.connect(self._on_lock_toggled)
        self.next_button = IconButton("mdi6.skip-next-outline", self.tr("Next seed"), self)
        self.next_button.clicked.connect(self._on_next)
        self.random_button = IconButton("mdi6.dice-5-outline", self.tr("Random seed"), self)
        self.random_button.clicked.connect(self._on_random)
        self._show_lock()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(field_label(self.tr("Seed"), tooltip, self.box, self))
        layout.addSpacing(SPACE_M - SPACE_S)
        layout.addWidget(self.box, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        for button in (self.lock_button, self.next_button, self.random_button):
            button.setFixedSize(BUTTON_PX, BUTTON_PX)
            buttons.addWidget(button)
        layout.addLayout(buttons)

    def fill(self, seeds: Sequence[int], *, locked: bool = False) -> None:
        """The seeds of all that is selected; `locked`: all of them are to be kept."""
        if self._seeds[:1] != tuple(seeds[:1]):
            blocked = self.box.blockSignals(True)
            self.box.setValue(seeds[0])
            self.box.blockSignals(blocked)
        self._seeds = tuple(seeds)
        self._veil.set_text(self.tr("mixed") if len(set(seeds)) > 1 else "")
        if locked != self.lock_button.isChecked():
            blocked = self.lock_button.blockSignals(True)
            self.lock_button.setChecked(locked)
            self.lock_button.blockSignals(blocked)
        self._show_lock()

    def _show_lock(self) -> None:
        locked = self.lock_button.isChecked()
        self.lock_button.set_icon_name(
            "mdi6.lock-outline" if locked else "mdi6.lock-open-variant-outline"
        )
        self.lock_button.set_tooltip(
            self.tr("The seed is kept: let it change") if locked else self.tr("Keep this seed")
        )
        for widget in (self.box, self.next_button, self.random_button):
            widget.setEnabled(not locked)

    def _on_lock_toggled(self, locked: bool) -> None:
        self._show_lock()
        self.lock_toggled.emit(locked)

    def _on_typed(self, value: float) -> None:
        self._emit(tuple(int(value) for _ in self._seeds))

    def _on_next(self) -> None:
        self._emit(tuple((seed + 1) % (MAX_SEED + 1) for seed in self._seeds))

    def _on_random(self) -> None:
        self._emit(tuple(random.randrange(CHANCE) for _ in self._seeds))

    def _emit(self, seeds: tuple[int, ...]) -> None:
        self.seed_edited.emit(new_gesture_id(), seeds)
