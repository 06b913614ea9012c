"""The line at the bottom: what the engine does, what is left, and the way to the queue."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton

from app.render_job import EngineState
from widgets.common import ElidedLabel
from widgets.common.icons import Tone
from widgets.common.theme import icon, theme_signals

LIGHT_PX = 9
_TONES: dict[str, Tone] = {"ready": "success", "failed": "danger", "busy": "accent"}


class StatusLine(QStatusBar):
    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self._light = QLabel()
        self._light.setProperty("role", "light")
        self._state = EngineState("starting", self.tr("Starting the engine."))
        self._engine = ElidedLabel()
        self._hint = QLabel()
        self._hint.setProperty("role", "quiet")
        self._jobs = QLabel()
        self._jobs.setProperty("role", "quiet")
        self.queue_button = QToolButton()
        self.queue_button.setText(self.tr("Queue"))
        self.queue_button.setToolTip(self.tr("Show what is being drawn"))
        self.queue_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.queue_button.setIcon(icon("mdi6.tray-full"))
        self.queue_button.setCheckable(True)
        self.queue_button.setProperty("role", "flat")
        self.addWidget(self._light)
        self.addWidget(self._engine, 1)
        self.addPermanentWidget(self._hint)
        self.addPermanentWidget(self._jobs)
        self.addPermanentWidget(self.queue_button)
        theme_signals().changed.connect(self._show_light)
        self.show_engine(self._state)
        self.show_jobs(0, None)

    @property
    def engine_text(self) -> str:
        return self._engine.text()

    def show_engine(self, state: EngineState) -> None:
        """One light and one sentence."""
        parts = [state.text.rstrip(".。")]
        if state.model_id and state.model_id not in state.text:
            parts.append(state.model_id)
        if state.device:
            parts.append(self._device(state.device))
        self._state = state
        self._show_light()
        self._engine.setText(" · ".join(part for part in parts if part))

    def show_hint(self, text: str) -> None:
        """What the hand would do where it is; "" for nothing."""
        self._hint.setText(text)

    def show_jobs(self, count: int, seconds_left: float | None) -> None:
        if not count:
            self._jobs.setText("")
            return
        text = self.tr("%n panel(s) to draw", "", count)
        if seconds_left is not None:
            minutes, seconds = divmod(round(seconds_left), 60)
            text += " · " + self.tr("{time} left").format(time=f"{minutes:02d}:{seconds:02d}")
        self._jobs.setText(text)

    def _show_light(self) -> None:
        tone = _TONES.get(self._state.kind, "quiet_text")
        self._light.setPixmap(icon("mdi6.circle", tone=tone).pixmap(LIGHT_PX, LIGHT_PX))
        self._light.setAccessibleName(self._state.text)

    def _device(self, device: str) -> str:
        return self.tr("graphics card") if device.startswith("cuda") else device.upper()
