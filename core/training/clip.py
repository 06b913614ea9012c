"""Stage 2, text and vision encoder together, contrastively: `python -m core.training.clip`.

A small batch gives a weak contrast, so two helpers join the contrastive loss of CLIP: the pooled
picture must also name its tags (binary cross-entropy), and half of the patches are left out of
every training step (Li et al. 2023, FLIP), which doubles the pictures seen.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import CLIPTextModelWithProjection, CLIPTokenizer, CLIPVisionModelWithProjection

from core.adapters.token_mask import CLIP_MEAN, CLIP_STD
from core.synthetic import vocabulary
from core.training.loop import Trainer, stage_arguments
from core.training.networks import (
    MAX_TOKENS,
    WIDTH,
    build_image_encoder,
    build_text_encoder,
    build_tokenizer,
)
from core.training.prompts import training_prompt
from core.training.world import World


class ClipPair(nn.Module):
    """Both encoders, the temperature and the tag reader (which does not ship)."""

    def __init__(self, tokenizer: CLIPTokenizer, tags: int) -> None:
        super().__init__()
        self.text: CLIPTextModelWithProjection = build_text_encoder(tokenizer)
        self.vision: CLIPVisionModelWithProjection = build_image_encoder()
        self.log_temperature = nn.Parameter(torch.tensor(2.5))
        self.tag_reader = nn.Linear(WIDTH, tags)

    def embed_pictures(self, pixels: Tensor, keep: float) -> tuple[Tensor, Tensor]:
        """Joint embedding (B, P) and mean patch feature (B, d); `keep`: share of patches seen."""
        inner = self.vision.vision_model
        hidden = inner.embeddings(pixels)
        if keep < 1:
            count = hidden.shape[1] - 1
            chosen = torch.randperm(count)[: int(count * keep)] + 1
            hidden = torch.cat([hidden[:, :1], hidden[:, chosen]], dim=1)
        hidden = inner.encoder(inputs_embeds=inner.pre_layrnorm(hidden)).last_hidden_state
        pooled = inner.post_layernorm(hidden[:, 0])
        return self.vision.visual_projection(pooled), hidden.mean(dim=1)

    def embed_text(self, ids: Tensor) -> Tensor:
        return self.text(input_ids=ids).text_embeds


def picture_tensor(pictures: NDArray[np.uint8]) -> Tensor:
    """(B, H, W, 3) uint8 to normalised (B, 3, H, W)."""
    mean, std = (torch.tensor(v)[:, None, None] for v in (CLIP_MEAN, CLIP_STD))
    return (torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255 - mean) / std


def token_ids(tokenizer: CLIPTokenizer, prompts: list[str]) -> Tensor:
    encoded = tokenizer(
        prompts, padding="max_length", truncation=True, max_length=MAX_TOKENS, return_tensors="pt"
    )
    ids = encoded["input_ids"]
    assert isinstance(ids, Tensor)
    return ids


def main() -> None:
    arguments = stage_arguments(__doc__ or "")
    cv2.setNumThreads(1)
    config, stage = arguments.config, arguments.config.clip
    torch.manual_seed(config.seed + 1)
    world = World(arguments.out / "world")
    words = vocabulary()
    tokenizer = build_tokenizer(words, arguments.out / "tokenizer")
    index = {word: i for i, word in enumerate(words)}
    pair = ClipPair(tokenizer, len(words))
    trainer = Trainer("clip", pair, stage.optimisation, arguments.out)
    rng = np.random.default_rng(config.seed + trainer.step)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        chosen = rng.choice(world.count, stage.optimisation.batch, replace=False)
        second = rng.random(len(chosen)) < 0.5
        pictures = np.stack(
            [
                (world.reference if ref else world.target)[i]
                for i, ref in zip(chosen, second, strict=True)
            ]
        )
        tags = [
            (world.identity[i], (world.reference_shot if ref else world.shot)[i])
            for i, ref in zip(chosen, second, strict=True)
        ]
        prompts = [training_prompt(a, b, rng, drop_identity=0, drop_text=0) for a, b in tags]
        labels = torch.zeros(len(chosen), len(words))
        for row, (identity, shot) in enumerate(tags):
            labels[row, [index[word] for word in (*identity, *shot)]] = 1
        ids = token_ids(tokenizer, prompts)
        with trainer.autocast():
            image, patches = pair.embed_pictures(picture_tensor(pictures), stage.keep_patches)
            text = pair.embed_text(ids)
            read = pair.tag_reader(patches)
        image, text = F.normalize(image.float(), dim=1), F.normalize(text.float(), dim=1)
        scores = image @ text.T * pair.log_temperature.clamp(max=4.6).exp()
        truth = torch.arange(len(chosen))
        contrast = (F.cross_entropy(scores, truth) + F.cross_entropy(scores.T, truth)) / 2
        tag_loss = F.binary_cross_entropy_with_logits(read.float(), labels) * 10
        figures = {
            "contrast": contrast.item(),
            "tags": tag_loss.item(),
            "top1": (scores.argmax(1) == truth).float().mean().item(),
        }
        return contrast + stage.tag_weight * tag_loss, figures

    trainer.run(loss_of)


if __name__ == "__main__":
    main()
