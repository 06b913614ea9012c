"""Reads the taxonomy beside the window and tells the fields which model's words count."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from app.background import Finished, SerialRunner
from app.document_controller import DocumentController
from app.notifications import Notifications
from core.checkpoints.catalogue import ModelInfo
from core.dataset.taxonomy import Taxonomy
from core.dataset.taxonomy_file import load_taxonomy
from core.tags import TagIndex, WordList, small_vocabulary
from widgets.prompt import tag_help

_KEY = "taxonomy"
_LOG = logging.getLogger(__name__)


class TagsController(QObject):
    """Until `load` has ended, and where it fails, fields of tags are fields like any other."""

    def __init__(
        self,
        controller: DocumentController,
        runner: SerialRunner,
        notifications: Notifications,
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller, self._runner = controller, runner
        self._notifications = notifications
        self._folder = folder
        self._models: dict[str, ModelInfo] = {}
        self._words: dict[Path, WordList | None] = {}
        self._shown: tuple[str, Path | None] | None = None
        runner.finished.connect(self._on_finished)
        controller.document_changed.connect(self._follow_model)

    def load(self) -> None:
        """A tenth of a second, in another thread. Where the files are damaged that is told."""
        folder = self._folder
        self._runner.submit(_KEY, lambda: _read(folder))

    def set_models(self, models: Sequence[ModelInfo]) -> None:
        self._models = {model.id: model for model in models}
        self._words.clear()
        self._shown = None
        self._follow_model()

    def stop(self) -> None:
        """The next window begins with nothing known."""
        self._runner.finished.disconnect(self._on_finished)
        self._controller.document_changed.disconnect(self._follow_model)
        tag_help().set_taxonomy(None)
        tag_help().set_model("", None)

    def _on_finished(self, finished: Finished) -> None:
        if finished.key != _KEY:
            return
        if finished.error is not None:
            # Which line of which file is of use to who edits it, and that is not the artist.
            _LOG.error("The taxonomy cannot be used: %s", finished.error)
            text = self.tr("The list of tags is damaged, so none are offered. Install Koma again.")
            self._notifications.say("warning", text)
        elif isinstance(finished.value, tuple):
            tag_help().set_taxonomy(*finished.value)

    def _follow_model(self, _: object = None) -> None:
        model = self._models.get(self._controller.document.settings.model_id)
        shown = ("", None) if model is None else (model.title, model.path)
        if shown == self._shown:
            return
        self._shown = shown
        title, path = shown
        if path is not None and path not in self._words:
            self._words[path] = small_vocabulary(path)
        tag_help().set_model(title, self._words[path] if path is not None else None)


def _read(folder: Path) -> tuple[Taxonomy, TagIndex]:
    taxonomy = load_taxonomy(folder)
    return taxonomy, TagIndex(taxonomy)
