"""An inked figure that is drawn here, and a whole SAM 3 that is tiny."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

Image = NDArray[np.uint8]


@dataclass(frozen=True)
class Drawn:
    """image: RGB; truth: which pixels are the figure; gap: a hole between arm and body."""

    image: Image
    truth: NDArray[np.bool_]
    gap: tuple[int, int]


def _body(canvas: Image, x: int, color: tuple[int, int, int], line: tuple[int, int, int]) -> None:
    """A head, a body and an arm on the hip, inked; around column `x` of a 240 px high picture."""
    shapes = [
        cv2.ellipse2Poly((x, 130), (26, 55), 0, 0, 360, 5),
        cv2.ellipse2Poly((x, 55), (32, 30), 0, 0, 360, 5),
        np.array([(x - 16, 175), (x - 4, 175), (x - 6, 215), (x - 18, 215)]),
        np.array([(x + 4, 175), (x + 16, 175), (x + 18, 215), (x + 6, 215)]),
    ]
    arm = np.array([(x + 18, 95), (x + 58, 118), (x + 20, 150)])
    cv2.polylines(canvas, [arm], False, line, 13, cv2.LINE_AA)
    cv2.polylines(canvas, [arm], False, color, 9, cv2.LINE_AA)
    for shape in shapes:
        points = shape.astype(np.int32)
        cv2.fillPoly(canvas, [points], color, cv2.LINE_AA)
        cv2.polylines(canvas, [points], True, line, 2, cv2.LINE_AA)


class Artist:
    """Draws the figure on any background and knows which pixels are its own."""

    def draw(
        self,
        background: Image,
        color: tuple[int, int, int] = (210, 70, 60),
        line: tuple[int, int, int] = (30, 20, 30),
        x: int = 110,
    ) -> Drawn:
        image, cover = background.copy(), np.zeros_like(background)
        _body(image, x, color, line)
        _body(cover, x, (255, 255, 255), (255, 255, 255))
        return Drawn(image, cover[..., 0] > 127, (x + 34, 120))

    def paper(self, color: tuple[int, int, int] = (255, 255, 255), width: int = 240) -> Image:
        return np.full((240, width, 3), color, dtype=np.uint8)

    def gradient(self) -> Image:
        down, across = np.mgrid[0:1:240j, 0:1:240j].astype(np.float32)
        share = (0.7 * down + 0.3 * across)[..., None]
        ends = np.array([(120, 170, 220), (235, 225, 190)], dtype=np.float32)
        return np.rint(ends[0] * (1 - share) + ends[1] * share).astype(np.uint8)

    def street(self) -> Image:
        """Sky, a floor, and a door without a line around it, which the figure covers in part."""
        scene = self.paper((190, 215, 240))
        scene[185:] = (150, 140, 120)
        scene[50:186, 120:200] = (120, 160, 130)
        return scene


def iou(mask: Image, truth: NDArray[np.bool_]) -> float:
    found = mask > 127
    return float((found & truth).sum() / max((found | truth).sum(), 1))


@pytest.fixture
def artist() -> Artist:
    return Artist()


@pytest.fixture
def overlap() -> object:
    """Intersection over union of a mask and the truth."""
    return iou


@pytest.fixture(scope="session")
def sam3_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights in the layout of the published files: the video model with its processor."""
    import torch
    from safetensors.torch import save_file
    from transformers import (
        Sam3Config,
        Sam3ImageProcessor,
        Sam3Processor,
        Sam3TrackerVideoConfig,
        Sam3VideoConfig,
        Sam3VideoModel,
    )
    from transformers.models.clip.tokenization_clip import CLIPTokenizer

    folder = tmp_path_factory.mktemp("sam3")
    letters = {"<|startoftext|>": 0, "<|endoftext|>": 1}
    for letter in "abcdefghijklmnopqrstuvwxyz":
        letters[letter] = len(letters)
        letters[letter + "</w>"] = len(letters)
    vision = {
        "model_type": "sam3_vision_model",
        "fpn_hidden_size": 32,
        "backbone_feature_sizes": [[16, 16], [8, 8], [4, 4]],
        "backbone_config": {
            "model_type": "sam3_vit_model", "hidden_size": 32, "intermediate_size": 64,
            "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 56, "patch_size": 14,
            "window_size": 2, "global_attn_indexes": [1], "pretrain_image_size": 56,
        },
    }  # fmt: skip
    small = {"hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 64, "num_layers": 1}
    detector = Sam3Config(
        vision_config=vision,
        text_config={
            "model_type": "clip_text_model", "vocab_size": len(letters), "hidden_size": 32,
            "intermediate_size": 64, "projection_dim": 32, "num_hidden_layers": 1,
            "num_attention_heads": 2, "max_position_embeddings": 32, "hidden_act": "gelu",
            "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1,
        },
        geometry_encoder_config={**small, "roi_size": 2},
        detr_encoder_config=small,
        detr_decoder_config={**small, "num_queries": 8},
        mask_decoder_config={"hidden_size": 32, "num_attention_heads": 2},
    )  # fmt: skip
    tracker = Sam3TrackerVideoConfig(
        vision_config=vision,
        prompt_encoder_config={"hidden_size": 32, "image_size": 56, "patch_size": 14},
        mask_decoder_config={
            "hidden_size": 32, "mlp_dim": 64, "num_attention_heads": 2, "iou_head_hidden_dim": 32,
        },
        image_size=56, memory_attention_hidden_size=32, memory_attention_num_layers=1,
        memory_attention_feed_forward_hidden_size=32, memory_attention_rope_feat_sizes=[4, 4],
        memory_encoder_hidden_size=32, memory_encoder_output_channels=16,
        mask_downsampler_embed_dim=32, memory_fuser_embed_dim=32,
        memory_fuser_intermediate_dim=32,
    )  # fmt: skip
    torch.manual_seed(0)
    config = Sam3VideoConfig(detector_config=detector.to_dict(), tracker_config=tracker.to_dict())
    weights = Sam3VideoModel(config).state_dict()
    save_file(
        {key: tensor.clone().contiguous() for key, tensor in weights.items()},
        folder / "model.safetensors",
        {"format": "pt"},
    )
    config.save_pretrained(folder)
    pictures = Sam3ImageProcessor(
        size={"height": 56, "width": 56}, mask_size={"height": 16, "width": 16}
    )
    words = CLIPTokenizer(vocab=letters, merges=[], unk_token="<|endoftext|>")
    Sam3Processor(pictures, words).save_pretrained(folder)
    return folder
