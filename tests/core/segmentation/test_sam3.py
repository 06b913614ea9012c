"""The real classes of transformers with random weights, loaded from files as an artist has them."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from core.adapters.errors import DamagedWeights
from core.errors import BadInput
from core.geometry import Point, Rect
from core.segmentation import (
    PromptPoint,
    SegmentationCancelled,
    SegmentPrompt,
    Stroke,
    choose_segmenter,
)
from core.segmentation.sam3 import Sam3Segmenter

IMAGE = np.random.default_rng(0).integers(0, 255, (90, 120, 3), dtype=np.uint8)
CLICK = SegmentPrompt(points=(PromptPoint(30, 40),))


class Token:
    """Says stop at the n-th question; counts them."""

    def __init__(self, stop_at: int = 10**6) -> None:
        self.asked, self._stop_at = 0, stop_at

    @property
    def cancelled(self) -> bool:
        self.asked += 1
        return self.asked >= self._stop_at


@pytest.fixture
def segmenter(sam3_folder: Path) -> Sam3Segmenter:
    return Sam3Segmenter(sam3_folder, threshold=0.0)


@pytest.fixture
def copied(sam3_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sam3_folder, tmp_path / "sam3"))


def test_words_find_masks_of_the_picture_best_first(segmenter: Sam3Segmenter) -> None:
    found = segmenter.segment(IMAGE, SegmentPrompt(text="hair"))
    assert 1 <= len(found) <= 8
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    for one in found:
        assert one.mask.shape == (90, 120)
        assert one.mask.dtype == np.uint8
        assert set(np.unique(one.mask)) <= {0, 255}
        assert one.mask.any()
        assert one.label == "hair"
        assert 0 <= one.score <= 1


def test_the_result_is_that_of_the_model_itself(
    sam3_folder: Path, segmenter: Sam3Segmenter
) -> None:
    from transformers import Sam3Model, Sam3Processor

    model = Sam3Model.from_pretrained(sam3_folder).eval()
    processor = Sam3Processor.from_pretrained(sam3_folder)
    inputs = processor(images=IMAGE, text="hair", return_tensors="pt")
    with torch.inference_mode():
        outputs = model(
            pixel_values=inputs.pixel_values,
            input_ids=inputs.input_ids,
            attention_mask=inputs.attention_mask,
        )
    expected = processor.post_process_instance_segmentation(outputs, 0.0, 0.5, [(90, 120)])[0]
    order = expected["scores"].argsort(descending=True)
    masks = [m for m in expected["masks"][order].numpy() if m.any()]
    found = segmenter.segment(IMAGE, SegmentPrompt(text="hair"))
    assert len(found) == len(masks)
    for one, mask in zip(found, masks, strict=True):
        assert np.array_equal(one.mask > 0, mask > 0)


def test_other_words_other_masks_but_the_picture_is_read_once(segmenter: Sam3Segmenter) -> None:
    model, _ = segmenter._network("detector", None)
    reads: list[object] = []
    model.vision_encoder.register_forward_hook(lambda *_: reads.append(1))
    hair = segmenter.segment(IMAGE, SegmentPrompt(text="hair"))
    hat = segmenter.segment(IMAGE, SegmentPrompt(text="a red hat"))
    assert len(reads) == 1
    assert any(not np.array_equal(a.mask, b.mask) for a, b in zip(hair, hat, strict=False))
    again = segmenter.segment(IMAGE, SegmentPrompt(text="hair"))
    assert all(np.array_equal(a.mask, b.mask) for a, b in zip(hair, again, strict=True))
    for brightness in (10, 20):
        segmenter.segment(np.full_like(IMAGE, brightness), SegmentPrompt(text="hair"))
    assert len(reads) == 3
    segmenter.segment(IMAGE, SegmentPrompt(text="hair"))
    assert len(reads) == 4, "two pictures are kept, the oldest was forgotten"


def test_things_below_the_threshold_are_no_figure(sam3_folder: Path) -> None:
    with pytest.raises(BadInput, match="No figure was found"):
        Sam3Segmenter(sam3_folder, threshold=0.99).segment(IMAGE)


def test_one_click_offers_three_masks_and_more_clicks_one(segmenter: Sam3Segmenter) -> None:
    assert len(segmenter.segment(IMAGE, CLICK)) == 3
    clicks = SegmentPrompt(points=(PromptPoint(30, 40), PromptPoint(100, 80, False)))
    found = segmenter.segment(IMAGE, clicks)
    assert len(found) == 1
    assert found[0].mask.shape == (90, 120)


def test_each_box_gives_a_mask_and_clicks_refine_it(segmenter: Sam3Segmenter) -> None:
    boxes = (Rect(5, 5, 50, 60), Rect(60, 10, 50, 60))
    plain = segmenter.segment(IMAGE, SegmentPrompt(boxes=boxes))
    assert len(plain) == 2
    stroke = Stroke((Point(10, 10), Point(20, 30), Point(30, 40)))
    marked = segmenter.segment(IMAGE, SegmentPrompt(boxes=boxes, strokes=(stroke,)))
    assert len(marked) == 2
    same = [any(np.array_equal(a.mask, b.mask) for b in plain) for a in marked]
    assert sorted(same) == [False, True], "the stroke lies in one of the boxes only"


def test_a_transparent_picture_is_seen_on_white(segmenter: Sam3Segmenter) -> None:
    alpha = np.full((90, 120, 1), 255, dtype=np.uint8)
    alpha[:, :60] = 0
    on_white = IMAGE.copy()
    on_white[:, :60] = 255
    with_alpha = segmenter.segment(np.concatenate([IMAGE, alpha], axis=2), CLICK)
    flat = segmenter.segment(on_white, CLICK)
    assert all(np.array_equal(a.mask, b.mask) for a, b in zip(with_alpha, flat, strict=True))


def test_a_large_picture_gets_masks_of_its_own_size(segmenter: Sam3Segmenter) -> None:
    large = np.zeros((60, 3000, 3), dtype=np.uint8)
    assert segmenter.segment(large, CLICK)[0].mask.shape == (60, 3000)
    assert segmenter.segment(large, SegmentPrompt(text="hair"))[0].mask.shape == (60, 3000)


@pytest.mark.parametrize("prompt", [SegmentPrompt(text="hair"), CLICK])
def test_stops_between_any_two_stages(sam3_folder: Path, prompt: SegmentPrompt) -> None:
    token = Token()
    Sam3Segmenter(sam3_folder, threshold=0.0).segment(IMAGE, prompt, token)
    assert token.asked >= 5
    for question in range(1, token.asked + 1):
        with pytest.raises(SegmentationCancelled):
            Sam3Segmenter(sam3_folder, threshold=0.0).segment(IMAGE, prompt, Token(question))


def test_stopped_before_the_start_nothing_is_loaded(segmenter: Sam3Segmenter) -> None:
    with pytest.raises(SegmentationCancelled):
        segmenter.segment(IMAGE, CLICK, Token(1))
    assert not segmenter._networks


def test_bfloat16_works(sam3_folder: Path) -> None:
    segmenter = Sam3Segmenter(sam3_folder, dtype="bfloat16", threshold=0.0)
    prompt = SegmentPrompt(boxes=(Rect(5, 5, 50, 60),), points=(PromptPoint(20, 20),))
    assert segmenter.segment(IMAGE, prompt)[0].mask.shape == (90, 120)
    assert segmenter.segment(IMAGE, SegmentPrompt(text="hair"))[0].mask.any()


def test_closed_it_loads_again(segmenter: Sam3Segmenter) -> None:
    before = segmenter.segment(IMAGE, CLICK)
    segmenter.close()
    assert not segmenter._networks
    after = segmenter.segment(IMAGE, CLICK)
    assert np.array_equal(before[0].mask, after[0].mask)


def test_sam3_is_chosen_where_its_weights_are(sam3_folder: Path) -> None:
    assert isinstance(choose_segmenter(sam3_folder), Sam3Segmenter)


def _cut_short(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def _without_the_tracker(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    kept = {key: tensor for key, tensor in tensors.items() if "iou_prediction_head" not in key}
    save_file(kept, folder / "model.safetensors", {"format": "pt"})


def _of_another_shape(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    key = next(key for key in tensors if key.endswith("no_mask_embed.weight"))
    save_file({**tensors, key: torch.zeros(1, 7)}, folder / "model.safetensors", {"format": "pt"})


def _config_of_something_else(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps({"model_type": "bert"}))


def _broken_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def _no_processor(folder: Path) -> None:
    (folder / "processor_config.json").unlink()


def _no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


@pytest.mark.parametrize(
    "damage",
    [
        _cut_short, _without_the_tracker, _of_another_shape, _config_of_something_else,
        _broken_config, _no_processor, _no_weights,
    ],
)  # fmt: skip
def test_damaged_files_give_one_sentence(copied: Path, damage: object) -> None:
    assert callable(damage)
    damage(copied)
    with pytest.raises(DamagedWeights, match="missing, damaged or incomplete") as caught:
        Sam3Segmenter(copied).segment(IMAGE, CLICK)
    assert caught.value.details


def test_without_torchvision_it_says_what_to_install(
    sam3_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(BadInput, match="torchvision, which is not installed"):
        Sam3Segmenter(sam3_folder).segment(IMAGE, CLICK)
