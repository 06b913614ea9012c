"""Tiny networks in the layouts that artists have on their disks; all weights are random."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.core.checkpoints.conftest import TOON, save_base, save_tokenizer, tiny_autoencoder_tiny
from tests.core.segmentation.conftest import sam3_folder

__all__ = ["sam3_folder"]


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole CLIP of 16 px pictures."""
    import torch
    import transformers

    folder = tmp_path_factory.mktemp("clip") / "clip-tiny"
    save_tokenizer(folder)
    torch.manual_seed(0)
    small = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2}
    config = transformers.CLIPConfig(
        text_config={
            **small, "vocab_size": 64, "num_attention_heads": 2, "max_position_embeddings": 16,
            "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1,
        },
        vision_config={**small, "num_attention_heads": 2, "image_size": 16, "patch_size": 4},
        projection_dim=8,
    )  # fmt: skip
    transformers.CLIPModel(config).save_pretrained(folder)
    processor = {
        "image_processor_type": "CLIPImageProcessor",
        "image_mean": [0.5, 0.4, 0.3], "image_std": [0.2, 0.2, 0.1], "resample": 3,
        "size": {"shortest_edge": 16}, "crop_size": {"height": 16, "width": 16},
    }  # fmt: skip
    (folder / "preprocessor_config.json").write_text(json.dumps(processor), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def toon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base model of 64 px pictures, laid out as koma-toon is. Read only."""
    import torch

    torch.manual_seed(1)
    return save_base(
        tmp_path_factory.mktemp("models") / "toon", tiny_autoencoder_tiny(), 5, dict(TOON)
    )
