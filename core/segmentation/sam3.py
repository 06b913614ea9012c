"""SAM 3 (Carion et al. 2025) through transformers, from weights that the artist has on disk.

Words go to the detector (`Sam3Model`), clicks, boxes and strokes to the tracker
(`Sam3TrackerModel`). Each is loaded when first needed. Both spend nearly all of their time on the
picture itself, therefore its embedding is kept for the next prompt.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.adapters.errors import DamagedWeights
from core.errors import BadInput, KomaError
from core.geometry import Rect
from core.segmentation.segmenter import (
    Cancellation,
    PromptPoint,
    SegmentedMask,
    SegmentPrompt,
    Stroke,
    checked_image,
    checked_prompt,
    no_figure,
    raise_if_cancelled,
)

if TYPE_CHECKING:
    import torch

DEFAULT_TEXT = "character"
_KEPT_PICTURES = 2  # embeddings: about 0.2 GB each in float32
_MAX_MASKS = 16
_MAX_MASK_PX = 2048  # masks are resized to this on the device, and only then to the picture
_STROKE_POINTS = 6

# What one call of the networks returns: (N, h, w) masks of 0 and 1, and N scores.
_Found = tuple[NDArray[np.uint8], list[float]]


def has_weights(folder: Path) -> bool:
    """Whether the folder looks like SAM 3 in Hugging Face's layout; nothing is loaded."""
    return (folder / "config.json").is_file() and any(folder.glob("*.safetensors"))


class Sam3Segmenter:
    """Implements `Segmenter`. Belongs to one thread.

    folder: the published files (config, processor, tokenizer, safetensors). device and dtype as
    in torch, the dtype by name ("float32", "bfloat16"). threshold: score below which a thing that
    words found is dropped.
    """

    def __init__(
        self, folder: Path, device: str = "cpu", dtype: str = "float32", threshold: float = 0.3
    ) -> None:
        self._folder = folder
        self._device = device
        self._dtype = dtype
        self._threshold = threshold
        self._networks: dict[str, tuple[Any, Any]] = {}
        self._embeddings: OrderedDict[tuple[str, str], Any] = OrderedDict()

    def segment(
        self,
        image: NDArray[np.uint8],
        prompt: SegmentPrompt | None = None,
        token: Cancellation | None = None,
    ) -> list[SegmentedMask]:
        """As `Segmenter.segment`. Marks win over words, which then only name the masks.

        Every box is one thing to find; points and strokes refine it, or are one thing of their
        own. Raises DamagedWeights where the files cannot be used.
        """
        height, width = checked_image(image).shape[:2]
        prompt = checked_prompt(prompt or SegmentPrompt(), width, height)
        raise_if_cancelled(token)
        rgb = _on_white(image)
        label = (prompt.text or "").strip() or DEFAULT_TEXT
        with _plain_errors():
            if prompt.has_marks:
                masks, scores = self._by_marks(rgb, prompt, token)
            else:
                masks, scores = self._by_words(rgb, label, token)
        raise_if_cancelled(token)
        found = [
            SegmentedMask(_to_size(mask, width, height), score, label)
            for mask, score in zip(masks, scores, strict=True)
            if mask.any()
        ]
        if not found:
            raise no_figure()
        return sorted(found, key=lambda one: one.score, reverse=True)

    def close(self) -> None:
        """Free the networks and the kept embeddings; the next call loads again."""
        self._networks.clear()
        self._embeddings.clear()

    def _by_words(self, rgb: NDArray[np.uint8], text: str, token: Cancellation | None) -> _Found:
        import torch

        model, processor = self._network("detector", token)

        def embed(pixels: torch.Tensor) -> Any:
            return model.get_vision_features(pixel_values=pixels)

        with torch.inference_mode():
            vision = self._embedding("detector", rgb, processor, embed, token)
            words = processor(text=text, return_tensors="pt", truncation=True).to(self._device)
            outputs = model(vision_embeds=vision, **words)
            raise_if_cancelled(token)
            best = _best_queries(outputs)
            outputs.pred_logits = outputs.pred_logits[:, best].float()
            outputs.pred_masks = outputs.pred_masks[:, best].float()
            outputs.pred_boxes = outputs.pred_boxes[:, best].float()
            sizes = [_mask_size(rgb)]
            results = processor.post_process_instance_segmentation(
                outputs, threshold=self._threshold, target_sizes=sizes
            )[0]
        return results["masks"].cpu().numpy().astype(np.uint8), results["scores"].tolist()

    def _by_marks(
        self, rgb: NDArray[np.uint8], prompt: SegmentPrompt, token: Cancellation | None
    ) -> _Found:
        import torch

        model, processor = self._network("tracker", token)
        masks: list[NDArray[np.uint8]] = []
        scores: list[float] = []
        with torch.inference_mode():
            picture = self._embedding("tracker", rgb, processor, model.get_image_embeddings, token)
            for marks, several in _things(prompt):
                raise_if_cancelled(token)
                inputs = processor(
                    original_sizes=[list(rgb.shape[:2])], return_tensors="pt", **marks
                )
                inputs.pop("original_sizes")
                outputs = model(
                    image_embeddings=list(picture),
                    multimask_output=several,
                    **inputs.to(self._device),
                )
                logits = outputs.pred_masks.float().cpu()
                sized = processor.post_process_masks(list(logits), [_mask_size(rgb)])[0]
                masks.extend(sized.flatten(0, 1).numpy().astype(np.uint8))
                scores.extend(outputs.iou_scores.float().flatten().clamp(0, 1).tolist())
        return np.stack(masks), scores

    def _network(self, name: str, token: Cancellation | None) -> tuple[Any, Any]:
        if name not in self._networks:
            self._networks[name] = self._loaded(name)
        raise_if_cancelled(token)
        return self._networks[name]

    def _loaded(self, name: str) -> tuple[Any, Any]:
        if not has_weights(self._folder):
            raise _damaged(f"no config.json and safetensors in {self._folder}")
        if importlib.util.find_spec("torchvision") is None:
            raise BadInput(
                "SAM 3 needs the package torchvision, which is not installed. Install it, or draw "
                "a box around the figure and use the built-in segmenter.",
                code="torchvision_missing",
            )
        import torch
        from transformers import (
            Sam3Model,
            Sam3Processor,
            Sam3TrackerModel,
            Sam3TrackerProcessor,
        )

        classes: dict[str, tuple[Any, Any]] = {
            "detector": (Sam3Model, Sam3Processor),
            "tracker": (Sam3TrackerModel, Sam3TrackerProcessor),
        }
        model_class, processor_class = classes[name]
        with _quiet():
            processor = processor_class.from_pretrained(self._folder, local_files_only=True)
            model, report = model_class.from_pretrained(
                self._folder,
                local_files_only=True,
                use_safetensors=True,
                dtype=getattr(torch, self._dtype),
                output_loading_info=True,
            )
        faults = [*report["missing_keys"], *report["mismatched_keys"]]
        if faults:
            # transformers fills missing weights with noise and goes on; the masks would be noise.
            raise _damaged(f"{name} weights missing: {sorted(map(str, faults))[:20]}")
        return model.to(self._device).eval(), processor

    def _embedding(
        self,
        name: str,
        rgb: NDArray[np.uint8],
        processor: Any,
        embed: Callable[[torch.Tensor], Any],
        token: Cancellation | None,
    ) -> Any:
        import torch

        key = name, hashlib.sha256(repr(rgb.shape).encode() + rgb.tobytes()).hexdigest()
        if key in self._embeddings:
            self._embeddings.move_to_end(key)
            return self._embeddings[key]
        pixels = processor.image_processor(rgb, return_tensors="pt")["pixel_values"]
        raise_if_cancelled(token)
        embedding = embed(pixels.to(self._device, getattr(torch, self._dtype)))
        self._embeddings[key] = embedding
        while len(self._embeddings) > _KEPT_PICTURES:
            self._embeddings.popitem(last=False)
        raise_if_cancelled(token)
        return embedding


def _best_queries(outputs: Any) -> Any:
    """Indices of the queries worth resizing: 200 masks of a large scan would fill the memory."""
    count = min(_MAX_MASKS, outputs.pred_logits.shape[1])
    return outputs.pred_logits[0].topk(count).indices


def _things(prompt: SegmentPrompt) -> Iterator[tuple[dict[str, Any], bool]]:
    """The tracker's inputs for each thing to find, and whether to offer several masks for it.

    One click may mean the button, the coat or the character; then the tracker's three answers are
    all returned.
    """
    clicks = list(prompt.points)
    for stroke in prompt.strokes:
        clicks.extend(_clicks(stroke))
    boxes: list[Rect | None] = list(prompt.boxes) or [None]
    for box in boxes:
        marks: dict[str, Any] = {}
        # A click for the subject in one box says nothing about the other boxes.
        own = [c for c in clicks if box is None or _counts(c, box)]
        if own:
            marks["input_points"] = [[[[c.x, c.y] for c in own]]]
            marks["input_labels"] = [[[int(c.is_foreground) for c in own]]]
        if box is not None:
            marks["input_boxes"] = [[[box.x, box.y, box.right, box.bottom]]]
        yield marks, box is None and len(own) == 1


def _counts(click: PromptPoint, box: Rect) -> bool:
    inside = box.x <= click.x <= box.right and box.y <= click.y <= box.bottom
    return inside or not click.is_foreground


def _clicks(stroke: Stroke) -> list[PromptPoint]:
    """A few points evenly taken from the stroke: SAM knows clicks, not lines."""
    count = min(_STROKE_POINTS, len(stroke.points))
    chosen = np.linspace(0, len(stroke.points) - 1, count).round().astype(int)
    points = [stroke.points[index] for index in chosen]
    return [PromptPoint(point.x, point.y, stroke.is_foreground) for point in points]


def _on_white(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if image.shape[2] == 3:
        return np.ascontiguousarray(image)
    alpha = image[..., 3:].astype(np.float32) / 255
    return np.rint(image[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def _mask_size(rgb: NDArray[np.uint8]) -> tuple[int, int]:
    height, width = rgb.shape[:2]
    scale = min(1.0, _MAX_MASK_PX / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def _to_size(mask: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    levels = (mask > 0).astype(np.uint8) * np.uint8(255)
    if levels.shape == (height, width):
        return levels
    sized = cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR)
    return (sized > 127).astype(np.uint8) * np.uint8(255)


@contextmanager
def _quiet() -> Generator[None]:
    """The published files hold the video model; that this is a part of it is no news to tell."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


@contextmanager
def _plain_errors() -> Generator[None]:
    """transformers reports bad files by almost any exception; the artist gets one sentence."""
    try:
        yield
    except (KomaError, MemoryError):
        raise
    except Exception as error:
        if type(error).__name__ == "OutOfMemoryError":
            raise BadInput(
                "There is not enough memory for SAM 3. Close other programs, or use the built-in "
                "segmenter.",
                code="out_of_memory",
                details=str(error),
            ) from error
        raise _damaged(f"{type(error).__name__}: {error}") from error


def _damaged(details: str) -> DamagedWeights:
    return DamagedWeights(
        "The SAM 3 files are missing, damaged or incomplete. Download them again into one folder, "
        "or use the built-in segmenter.",
        details=details,
    )
