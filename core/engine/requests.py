"""What crosses the engine's border: frozen requests in, plain arrays and typed progress out.

A request holds everything that changes the image, so its content hash is the cache key. Nothing
here imports torch: the window builds requests before torch is loaded.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import KomaError
from core.geometry import Raster

Quality = Literal["draft", "final"]
REQUEST_VERSION = (
    2  # part of every hash: raise it when the engine draws the same request differently
)


class EngineError(KomaError):
    """A render failed; the queue goes on."""

    code = "engine"


class ModelMissing(EngineError):
    code = "model_missing"


class ModelDamaged(EngineError):
    code = "model_damaged"


class OutOfMemory(EngineError):
    code = "out_of_memory"


class InvalidRequest(EngineError):
    code = "invalid_request"


class Cancelled(EngineError):
    """The artist stopped the render; not a failure."""

    code = "cancelled"


class Unexpected(EngineError):
    """Anything else; `details` holds the traceback."""

    code = "unexpected"


class CancelToken:
    """Set from any thread; the engine reads it at every denoising step and before decoding."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        self._event.set()

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        if self._event.is_set():
            raise Cancelled("The render was stopped.")


@dataclass(frozen=True)
class ReferenceInput:
    """One reference of one character, as the adapter reads it.

    image: RGB or RGBA, any size. mask: 1 channel, size of `image`, 255 = subject; None = all of it.
    scale: lambda_i of AnimeAdapter Eq. 4; several adapters share it evenly. region: 1 channel at
    generation size, the part of the panel that this reference may paint (query axis); None = the
    whole panel.
    """

    image: Raster
    mask: Raster | None = None
    scale: float = 1.0
    region: Raster | None = None


@dataclass(frozen=True)
class LoraInput:
    """A LoRA file on disk; `digest` is its content hash so that an edited file redraws."""

    path: str
    digest: str
    scale: float = 1.0


@dataclass(frozen=True)
class RegionEditInput:
    """Redraw only `mask` (1 channel, 255 = redraw) of `image` (RGB), both at generation size.

    feather_px: width of the soft seam, inside the mask. strength: share of the noise schedule
    that is run, 1.0 = from pure noise.
    """

    image: Raster
    mask: Raster
    feather_px: int = 6
    strength: float = 1.0


# A field that came later counts only where it says something: older drawings stay fresh.
_LATER = {"later": True}


@dataclass(frozen=True)
class RenderRequest:
    """One panel, or one region of it, to draw. All of it changes the image; nothing else does.

    pose_image: RGB control image at generation size. puppet_image: RGBA at generation size.
    pose_controller: "builtin" uses the one that comes with the base model, otherwise a path to a
    T2I-Adapter or ControlNet folder. puppet_strength_img2img: where the base model has no puppet
    condition of its own, the puppet is the starting image at this strength. adapter: what carries
    the references into the picture, see `core.adapters.kinds`; adapter_digest: of its files where
    model_digest does not cover them, one a kind joined by "+", or "".
    """

    model_id: str
    width: int
    height: int
    prompt: str
    negative_prompt: str = ""
    seed: int = 0
    steps: int = 20
    guidance_scale: float = 3.0
    quality: Quality = "final"
    adapter: str = "anime"
    references: tuple[ReferenceInput, ...] = ()
    pose_image: Raster | None = None
    pose_conditioning_scale: float = 1.0
    pose_controller: str = "builtin"
    puppet_image: Raster | None = None
    puppet_scale: float = 1.0
    puppet_strength_img2img: float = 0.85
    loras: tuple[LoraInput, ...] = ()
    region_edit: RegionEditInput | None = None
    model_digest: str = ""
    adapter_digest: str = field(default="", metadata=_LATER)

    def content_hash(self) -> str:
        """SHA-256 over every field (rasters by their digest): the cache key."""
        hasher = hashlib.sha256(f"koma-request-{REQUEST_VERSION}".encode())
        _feed(hasher, self)
        return hasher.hexdigest()


def _feed(hasher: Any, value: object) -> None:
    if isinstance(value, Raster):
        hasher.update(b"R" + value.digest.encode())
    elif is_dataclass(value):
        for spec in fields(value):
            if "later" in spec.metadata and getattr(value, spec.name) == spec.default:
                continue
            hasher.update(f"<{spec.name}>".encode())
            _feed(hasher, getattr(value, spec.name))
    elif isinstance(value, tuple):
        hasher.update(f"({len(value)}".encode())
        for item in value:
            _feed(hasher, item)
    else:
        hasher.update(f"{type(value).__name__}:{value!r};".encode())


@dataclass(frozen=True)
class RenderProgress:
    """Step `step` of `steps` is done for this request. preview: RGB, small, or None."""

    request_hash: str
    step: int
    steps: int
    preview: NDArray[np.uint8] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class RenderResult:
    """image: contiguous (H, W, 3) uint8. timings: seconds by stage. notes: what was left out."""

    request_hash: str
    image: NDArray[np.uint8] = field(compare=False)
    timings: dict[str, float] = field(default_factory=dict, compare=False)
    notes: tuple[str, ...] = ()


class ProgressCallback(Protocol):
    def __call__(self, progress: RenderProgress) -> None: ...


class ResultCallback(Protocol):
    def __call__(self, result: RenderResult) -> None: ...


class FailureCallback(Protocol):
    def __call__(self, request_hash: str, error: EngineError) -> None: ...


class Engine(Protocol):
    """What the application renders with: DiffusersEngine, or FakeEngine in tests."""

    def render(
        self,
        requests: tuple[RenderRequest, ...],
        on_progress: ProgressCallback,
        token: CancelToken,
        on_result: ResultCallback | None = None,
        on_failure: FailureCallback | None = None,
    ) -> tuple[RenderResult, ...]:
        """Draw the requests, batching those that agree in model, size, steps and guidance.

        Results stand in the order of the requests; equal requests are drawn once. Raises
        EngineError; Cancelled within one step.

        With `on_result` each panel is handed over as soon as it is finished, and a panel that
        fails is reported to `on_failure` while the others go on; the first failure is raised when
        nothing is left to draw. Without `on_result` finished panels could not be handed over, so
        the first failure ends the call at once. Cancelled always does.
        """
        ...

    def close(self) -> None:
        """Free networks and caches."""
        ...
