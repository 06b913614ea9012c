"""Go on from a published model: `python -m core.training.restart --model FOLDER --out DIR`.

A release holds weights in half precision and nothing of the optimiser. This writes them as the
checkpoints that the stages read, so that training a model or its adapters further, or a new stage
on top of it, does not begin at noise. What a release leaves out (the projection of the text
encoder, the tag reader, the critic, the optimiser's moments) starts anew.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import torch
from diffusers import AutoencoderDC, T2IAdapter, UNet2DConditionModel, UNet2DModel
from torch import Tensor
from transformers import CLIPTextModel, CLIPTokenizer, CLIPVisionModelWithProjection

from core.adapters.reference_weights_file import load_reference_attention
from core.adapters.weights_file import load_adapter
from core.synthetic import vocabulary
from core.training.checkpoint import first_checkpoint
from core.training.clip import ClipPair
from core.training.drawer import Drawer
from core.training.networks import build_vae

log = logging.getLogger(__name__)


def restart(model: Path, out: Path, adapter_steps: int = 0) -> None:
    """Checkpoints of the stages vae, clip, base, adapter and finisher from the model in `model`,
    the tokenizer and the latents' scale.

    adapter_steps: how many its adapters were trained for, so that the examples after those follow.
    """
    out.mkdir(parents=True, exist_ok=True)
    vae = build_vae()
    published = AutoencoderDC.from_pretrained(str(model / "vae"), torch_dtype=torch.float32)
    vae.load_state_dict(published.state_dict())
    first_checkpoint(vae, out / "vae.pt")
    _restart_clip(model, out)
    _restart_base(model, out)
    _restart_adapters(model, out, adapter_steps)
    if (model / "finisher").exists():
        finisher = UNet2DModel.from_pretrained(str(model / "finisher"), torch_dtype=torch.float32)
        first_checkpoint(finisher, out / "finisher.pt")
    world = out / "world"
    world.mkdir(exist_ok=True)
    (world / "published_scaling.txt").write_text(
        repr(float(published.config["scaling_factor"])), encoding="utf-8"
    )
    log.info("%s is ready to be trained further in %s", model, out)


def _restart_clip(model: Path, out: Path) -> None:
    tokenizer = CLIPTokenizer.from_pretrained(str(model / "tokenizer"))
    tokenizer.save_pretrained(str(out / "tokenizer"))
    clip = ClipPair(tokenizer, len(vocabulary()))
    text = CLIPTextModel.from_pretrained(str(model / "text_encoder"), torch_dtype=torch.float32)
    clip.text.text_model.load_state_dict(_inner(text.state_dict()))
    vision = CLIPVisionModelWithProjection.from_pretrained(
        str(model / "image_encoder"), torch_dtype=torch.float32
    )
    clip.vision.load_state_dict(vision.state_dict())
    first_checkpoint(clip, out / "clip.pt")


def _restart_base(model: Path, out: Path) -> None:
    drawer = Drawer()
    unet = UNet2DConditionModel.from_pretrained(str(model / "unet"), torch_dtype=torch.float32)
    pose = T2IAdapter.from_pretrained(str(model / "t2i_adapter"), torch_dtype=torch.float32)
    drawer.unet.load_state_dict(unet.state_dict())
    drawer.pose.load_state_dict(pose.state_dict())
    drawer.adapter.load_state_dict(
        load_adapter(model / "anime_adapter", torch.float32).state_dict()
    )
    first_checkpoint(drawer, out / "base.pt")


def _restart_adapters(model: Path, out: Path, steps: int) -> None:
    anime = load_adapter(model / "anime_adapter", torch.float32)
    first_checkpoint(anime, out / "adapter.pt", steps)
    file = model / "adapters" / "reference.safetensors"
    if file.exists():
        reference = load_reference_attention(file, torch.float32)
        first_checkpoint(reference, out / "adapter_reference.pt", steps)


def _inner(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Keys as the text tower itself has them, whichever transformers wrote them."""
    prefix = "text_model."
    return {key.removeprefix(prefix): value for key, value in state.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("resources/models/koma-toon"))
    parser.add_argument("--out", type=Path, default=Path("checkpoints"))
    parser.add_argument(
        "--adapter-steps", type=int, default=0, help="that the model's adapters were trained for"
    )
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    restart(given.model, given.out, given.adapter_steps)


if __name__ == "__main__":
    main()
