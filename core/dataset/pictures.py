"""Reference pictures: drawn by Koma's engine, cut out, the skeleton found, kept on disk.

A picture is kept under the hash of all that makes it, so a run that was stopped draws what is
missing and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.detection.detector import PoseDetector
from core.engine.requests import (
    CancelToken,
    Engine,
    EngineError,
    ModelDamaged,
    ModelMissing,
    RenderProgress,
    RenderRequest,
    RenderResult,
)
from core.errors import BadInput, KomaError
from core.files import write_atomically
from core.geometry import Raster
from core.pose import Pose
from core.segmentation import Segmenter, subject_mask
from core.storage.images import decode_png, encode_png

VERSION = 1
TOKEN_GRID = 16
_ENCODER_PX = 224  # CLIP ViT-L/14: 16 x 16 patches of 14 px
_NO_FAULT_OF_THE_PICTURE = (ModelMissing, ModelDamaged)


@dataclass(frozen=True)
class PictureJob:
    """One reference to draw: of which post, which kind, and how."""

    sample_id: int
    kind: str
    request: RenderRequest


@dataclass(frozen=True)
class Picture:
    """What is known of a reference. Bytes are PNG files; keypoints: (18, 3) x px, y px, confidence.

    keypoints is None where no skeleton was found. failure: why there is no picture, else "".
    """

    png: bytes = b""
    mask_png: bytes = b""
    token_mask: tuple[str, ...] = ()
    keypoints: tuple[tuple[float, float, float], ...] | None = None
    width: int = 0
    height: int = 0
    notes: tuple[str, ...] = ()
    failure: str = ""

    @cached_property
    def image(self) -> NDArray[np.uint8]:
        return decode_png(self.png).array

    @cached_property
    def mask(self) -> NDArray[np.uint8]:
        return decode_png(self.mask_png).array


class PictureStore:
    """Pictures in a folder by key. `<key>.json` is written last: without it there is no picture."""

    def __init__(self, folder: Path, retry: bool = False) -> None:
        self._folder = folder
        self._retry = retry

    def get(self, key: str) -> Picture | None:
        """None where the picture is not there, is damaged, or failed and is to be tried again."""
        base = self._base(key)
        try:
            values: dict[str, Any] = json.loads(base.with_suffix(".json").read_text("utf-8"))
            if values["failure"]:
                return None if self._retry else Picture(failure=values["failure"])
            png, mask = base.with_suffix(".png"), base.with_suffix(".mask.png")
            keypoints = values["keypoints"]
            return Picture(
                png.read_bytes(),
                mask.read_bytes(),
                tuple(values["token_mask"]),
                None if keypoints is None else tuple(tuple(k) for k in keypoints),
                values["width"],
                values["height"],
                tuple(values["notes"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, picture: Picture) -> None:
        """Raises StorageFailed."""
        base = self._base(key)
        if not picture.failure:
            write_atomically(base.with_suffix(".png"), lambda file: file.write(picture.png))
            write_atomically(
                base.with_suffix(".mask.png"), lambda file: file.write(picture.mask_png)
            )
        about = {
            "token_mask": picture.token_mask,
            "keypoints": picture.keypoints,
            "width": picture.width,
            "height": picture.height,
            "notes": picture.notes,
            "failure": picture.failure,
        }
        text = json.dumps(about) + "\n"
        write_atomically(base.with_suffix(".json"), lambda file: file.write(text.encode()))

    def _base(self, key: str) -> Path:
        return self._folder / key[:2] / key


class PictureMaker:
    """Draws jobs that the store does not hold and measures them.

    measured_by: names what cuts out and what finds skeletons; part of the key.
    """

    def __init__(
        self,
        engine: Engine,
        segmenter: Segmenter | None,
        detector: PoseDetector,
        store: PictureStore,
        measured_by: str,
    ) -> None:
        self._engine = engine
        self._segmenter = segmenter
        self._detector = detector
        self._store = store
        self._measured_by = measured_by

    def key(self, job: PictureJob) -> str:
        text = f"{VERSION} {self._measured_by} {job.request.content_hash()}"
        return hashlib.sha256(text.encode()).hexdigest()

    def make(
        self, jobs: Sequence[PictureJob], on_done: Callable[[str, Picture, bool], None]
    ) -> dict[str, Picture]:
        """Pictures by key. `on_done` hears of each key, and whether its picture was there.

        What fails is a picture with `failure`; only a model that is missing or damaged ends the
        run, because then nothing can be drawn.
        """
        pictures: dict[str, Picture] = {}
        missing: dict[str, PictureJob] = {}
        for job in jobs:
            key = self.key(job)
            if key in pictures or key in missing:
                continue
            found = self._store.get(key)
            if found is None:
                missing[key] = job
            else:
                pictures[key] = found
                on_done(key, found, True)

        def finished(key: str, picture: Picture) -> None:
            self._store.put(key, picture)
            pictures[key] = picture
            on_done(key, picture, False)

        self._draw(missing, finished)
        return pictures

    def _draw(
        self, missing: dict[str, PictureJob], finished: Callable[[str, Picture], None]
    ) -> None:
        keys = {job.request.content_hash(): key for key, job in missing.items()}
        failures: list[EngineError] = []

        def on_result(result: RenderResult) -> None:
            finished(keys[result.request_hash], self._measured(result))

        def on_failure(request_hash: str, error: EngineError) -> None:
            failures.append(error)
            if not isinstance(error, _NO_FAULT_OF_THE_PICTURE):
                finished(keys[request_hash], Picture(failure=str(error)))

        requests = tuple(job.request for job in missing.values())
        if not requests:
            return
        try:
            self._engine.render(requests, _unheard, CancelToken(), on_result, on_failure)
        except EngineError as error:
            # The engine raises the first failure at the end; those of single pictures are kept.
            if error not in failures or isinstance(error, _NO_FAULT_OF_THE_PICTURE):
                raise

    def _measured(self, result: RenderResult) -> Picture:
        from core.adapters.token_mask import Letterbox, token_mask

        image = np.ascontiguousarray(result.image)
        height, width = image.shape[:2]
        try:
            mask = subject_mask(image, self._segmenter)
        except KomaError as error:
            return Picture(failure=f"No mask: {error}")
        tokens, empty = token_mask(mask, Letterbox.fit(width, height, _ENCODER_PX), TOKEN_GRID)
        if empty:
            return Picture(failure="No mask: the figure fills no patch of the encoder.")
        rows = tokens.reshape(TOKEN_GRID, TOKEN_GRID).tolist()
        return Picture(
            encode_png(Raster.from_array(image)),
            encode_png(Raster.from_array(mask)),
            tuple("".join("1" if token else "0" for token in row) for row in rows),
            self._keypoints(image, mask),
            width,
            height,
            result.notes,
        )

    def _keypoints(
        self, image: NDArray[np.uint8], mask: NDArray[np.uint8]
    ) -> tuple[tuple[float, float, float], ...] | None:
        try:
            pose: Pose = self._detector.detect(image, mask).pose
        except BadInput:
            return None
        return tuple((round(k.x, 2), round(k.y, 2), round(k.confidence, 3)) for k in pose.body)


def _unheard(progress: RenderProgress) -> None:
    """Steps are not shown: pictures are counted when they are done."""
