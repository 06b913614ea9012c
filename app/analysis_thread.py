"""Finds figures in pictures, their masks and skeletons, in a thread of its own."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.character_import import FoundReference, find_reference
from app.error_texts import error_text
from app.worker_thread import STOP_MS, WorkerThread
from app.workplace import Workplace
from core.detection.detector import PoseDetector
from core.document import Reference
from core.engine import CancelToken
from core.engine.failures import is_out_of_memory
from core.errors import KomaError
from core.geometry import Raster, Rect
from core.pose import Pose
from core.segmentation import (
    PromptPoint,
    SegmentationCancelled,
    SegmentedMask,
    Segmenter,
    SegmentPrompt,
    subject_mask,
)
from core.storage import AssetStore, read_image

Picture = Raster | Path | Callable[[], Raster]  # what is not a raster yet is read in the thread


@dataclass(frozen=True, eq=False)
class _Task:
    token: str
    work: Callable[[_Tools, CancelToken], object]
    cancel: CancelToken = field(default_factory=CancelToken)


class _Tools:
    """Segmenter and detector, made when first needed and kept. Belongs to the thread."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._segmenter: tuple[str, Segmenter] | None = None
        self._detector: PoseDetector | None = None

    def segmenter(self) -> Segmenter:
        """Another one where the settings name another folder. Raises BadInput."""
        folder = self._workplace.settings().sam3_folder
        if self._segmenter is None or self._segmenter[0] != folder:
            self._segmenter = (folder, self._workplace.segmenter())
            _share_the_cores()
        return self._segmenter[1]

    def detector(self) -> PoseDetector:
        """Raises BadInput where no detector is installed."""
        if self._detector is None:
            self._detector = self._workplace.detector()
            _share_the_cores()
        return self._detector


@dataclass(frozen=True)
class _Stoppable:
    """A segmenter that listens to the token of its task."""

    segmenter: Segmenter
    cancel: CancelToken

    def segment(
        self,
        image: NDArray[np.uint8],
        prompt: SegmentPrompt | None = None,
        token: object = None,
    ) -> list[SegmentedMask]:
        return self.segmenter.segment(image, prompt, self.cancel)


class AnalysisWorker(QObject):
    """Lives in the analysis' thread and does one task after the other."""

    done = Signal(object, object)  # task, what was found
    failed = Signal(object, object)  # task, KomaError
    stopped = Signal(object)  # task

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self._tools = _Tools(workplace)

    @Slot(object)
    def work(self, task: _Task) -> None:
        try:
            if task.cancel.cancelled:
                self.stopped.emit(task)
                return
            found = task.work(self._tools, task.cancel)
        except SegmentationCancelled:
            self.stopped.emit(task)
        except KomaError as error:
            self.failed.emit(task, error)
        except Exception as error:  # whatever it is, the thread goes on
            self.failed.emit(task, self._fault(error))
        else:
            self.done.emit(task, found)

    def _fault(self, error: Exception) -> KomaError:
        details = "".join(traceback.format_exception(error))
        if is_out_of_memory(error):
            text = self.tr("There is not enough memory for this picture. Use a smaller one.")
            return KomaError(text, code="out_of_memory", details=details)
        text = self.tr("Something in Koma went wrong with this picture. Paint the mask by hand.")
        return KomaError(text, code="unexpected", details=details)


class AnalysisThread(QObject):
    """Looks for figures in pictures; made and used in the window's thread.

    Each task has a token of the caller's choice, under which its answer is told: `found` with what
    it found, or `failed` with one sentence (and the error, whose `details` are for the log). A task
    with the token of one that is under way takes its place. A cancelled task is not heard of again.
    Pictures may be given as files or as a function: then they are read in the thread.
    """

    found = Signal(str, object)
    failed = Signal(str, str, object)  # token, sentence, KomaError
    busy_changed = Signal(bool)

    _work_wanted = Signal(object)

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: dict[str, _Task] = {}
        self._stopped = False
        self._worker = worker = AnalysisWorker(workplace)
        self._thread = WorkerThread(worker, "analysis")
        queued = Qt.ConnectionType.QueuedConnection
        self._work_wanted.connect(worker.work, queued)
        worker.done.connect(self._on_done, queued)
        worker.failed.connect(self._on_failed, queued)
        worker.stopped.connect(self._on_stopped, queued)

    @property
    def is_busy(self) -> bool:
        return bool(self._tasks)

    def start(self) -> None:
        if not self._stopped and not self._thread.isRunning():
            self._thread.begin()

    def stop(self, timeout_ms: int = STOP_MS) -> bool:
        """As `WorkerThread.stop`; whatever is under way is cancelled."""
        self._stopped = True
        self.cancel_all()
        return self._thread.stop(timeout_ms)

    def find_reference(
        self, token: str, picture: Picture, assets: AssetStore | None = None
    ) -> None:
        """Mask and skeleton of the figure in a picture: finds a `FoundReference`.

        assets: where the picture is put at once; then a `Reference` with a new id is found.
        """

        def work(tools: _Tools, cancel: CancelToken) -> FoundReference | Reference:
            image = _read(picture)
            found = find_reference(
                image, lambda: _Stoppable(tools.segmenter(), cancel), tools.detector
            )
            return found if assets is None else found.put(assets)

        self._begin(token, work)

    def find_mask(self, token: str, picture: Picture) -> None:
        """The subject of a picture: finds a `Raster` with 1 channel."""

        def work(tools: _Tools, cancel: CancelToken) -> Raster:
            segmenter = _Stoppable(tools.segmenter(), cancel)
            return Raster.from_array(subject_mask(_read(picture).array, segmenter))

        self._begin(token, work)

    def find_pose(self, token: str, picture: Picture, mask: Picture | None = None) -> None:
        """The skeleton of the figure that the mask shows: finds a `Pose` in px of the picture."""

        def work(tools: _Tools, cancel: CancelToken) -> Pose:
            shown = None if mask is None else _read(mask).array
            return tools.detector().detect(_read(picture).array, shown).pose

        self._begin(token, work)

    def segment_points(self, token: str, picture: Picture, points: Sequence[PromptPoint]) -> None:
        """What the clicks (px of the picture) belong to: finds a `Raster` with 1 channel."""
        self._segment(token, picture, SegmentPrompt(points=tuple(points)))

    def segment_box(self, token: str, picture: Picture, box: Rect) -> None:
        """What stands in the box (px of the picture): finds a `Raster` with 1 channel."""
        self._segment(token, picture, SegmentPrompt(boxes=(box,)))

    def cancel(self, token: str) -> None:
        task = self._tasks.pop(token, None)
        if task is not None:
            task.cancel.cancel()
            self._tell_if_idle()

    def cancel_all(self) -> None:
        for token in tuple(self._tasks):
            self.cancel(token)

    def _segment(self, token: str, picture: Picture, prompt: SegmentPrompt) -> None:
        def work(tools: _Tools, cancel: CancelToken) -> Raster:
            image = _read(picture).array
            return Raster.from_array(tools.segmenter().segment(image, prompt, cancel)[0].mask)

        self._begin(token, work)

    def _begin(self, token: str, work: Callable[[_Tools, CancelToken], object]) -> None:
        if self._stopped:
            return
        was_busy = self.is_busy
        former = self._tasks.get(token)
        if former is not None:
            former.cancel.cancel()
        self._tasks[token] = task = _Task(token, work)
        if not was_busy:
            self.busy_changed.emit(True)
        self._work_wanted.emit(task)

    def _end(self, task: _Task) -> bool:
        """Whether somebody still waits for it."""
        if self._tasks.get(task.token) is not task:
            return False
        del self._tasks[task.token]
        return True

    def _tell_if_idle(self) -> None:
        if not self._tasks:
            self.busy_changed.emit(False)

    @Slot(object, object)
    def _on_done(self, task: _Task, found: object) -> None:
        if self._end(task):
            self.found.emit(task.token, found)
            self._tell_if_idle()

    @Slot(object, object)
    def _on_failed(self, task: _Task, error: KomaError) -> None:
        if self._end(task):
            self.failed.emit(task.token, error_text(error), error)
            self._tell_if_idle()

    @Slot(object)
    def _on_stopped(self, task: _Task) -> None:
        if self._end(task):  # stopped by somebody else than the caller: nobody waits for a reason
            self._tell_if_idle()


def _read(picture: Picture) -> Raster:
    """Raises BadInput where a file is no picture."""
    if isinstance(picture, Raster):
        return picture
    return read_image(picture) if isinstance(picture, Path) else picture()


def _share_the_cores() -> None:
    """As the engine does; the tools bring torch with them or do without it."""
    if "torch" in sys.modules:
        from core.engine.device import use_threads

        use_threads(None)
