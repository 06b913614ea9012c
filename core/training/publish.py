"""The finished stages as a model folder, half precision: `python -m core.training.publish`."""

from __future__ import annotations

import argparse
import json
import logging
import shutil
from pathlib import Path
from typing import Any

import torch
from diffusers import DPMSolverMultistepScheduler
from safetensors.torch import load_file, save_file
from transformers import CLIPImageProcessor, CLIPTextModel, CLIPTextModelWithProjection

from core.adapters.token_mask import CLIP_MEAN, CLIP_STD
from core.adapters.weights_file import save_adapter
from core.training.detector import publish as publish_detector
from core.training.frozen import (
    finished_adapter,
    finished_base,
    finished_clip,
    finished_finisher,
)
from core.training.latents import finished_vae
from core.training.networks import FINISHER_WORDS, SCHEDULER

log = logging.getLogger(__name__)
LORA_NAME = "pytorch_lora_weights.safetensors"
_CHOICE = "default_adapter"
INDEX = {
    "_class_name": "KomaToonPipeline",
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderDC"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "image_encoder": ["transformers", "CLIPVisionModelWithProjection"],
    "feature_extractor": ["transformers", "CLIPImageProcessor"],
    "scheduler": ["diffusers", "DPMSolverMultistepScheduler"],
    "t2i_adapter": ["diffusers", "T2IAdapter"],
}


def publish(
    out: Path,
    folder: Path,
    manifest: dict[str, Any],
    finisher: bool = True,
    sharpness: float = 1.0,
) -> None:
    """diffusers' folder layout under `folder`; every weight file float16 safetensors.

    sharpness: of the finishing network, as in `finished_finisher`.

    Detector, finishing network, adapters and few-step LoRA are left out where they are not trained
    yet, and so is a default choice of adapters that are not all there.
    """
    vae = finished_vae(out)
    scaling = float((out / "world" / "scaling.txt").read_text(encoding="utf-8"))
    vae.register_to_config(scaling_factor=scaling)
    drawer = finished_base(out)
    clip, tokenizer = finished_clip(out)
    vae.half().save_pretrained(folder / "vae")
    drawer.unet.half().save_pretrained(folder / "unet")
    drawer.pose.half().save_pretrained(folder / "t2i_adapter")
    text_only(clip.text).half().save_pretrained(folder / "text_encoder")
    clip.vision.half().save_pretrained(folder / "image_encoder")
    # The trained one itself: built again, words that are equally frequent may change places.
    tokenizer.save_pretrained(str(folder / "tokenizer"))
    _compact(folder / "tokenizer" / "tokenizer.json")
    CLIPImageProcessor(
        size={"height": 256, "width": 256}, crop_size={"height": 256, "width": 256},
        do_center_crop=False, image_mean=list(CLIP_MEAN), image_std=list(CLIP_STD),
    ).save_pretrained(str(folder / "feature_extractor"))  # fmt: skip
    settings = {key: value for key, value in SCHEDULER.items() if key != "_class_name"}
    DPMSolverMultistepScheduler(**settings).save_pretrained(str(folder / "scheduler"))
    adapter = drawer.float().adapter  # as the base stage left it, where it learned there
    adapter = finished_adapter(out) or adapter
    save_adapter(adapter.half(), folder / "anime_adapter")
    own = {"anime"}
    for file in sorted(out.glob("adapter_*/*.safetensors")):
        (folder / "adapters").mkdir(exist_ok=True)
        shutil.copyfile(file, folder / "adapters" / file.name)
        own.add(file.stem)
    if finisher and (network := finished_finisher(out, sharpness)) is not None:
        network.half().save_pretrained(folder / "finisher")
        manifest = {**manifest, "finisher_words": list(FINISHER_WORDS)}
    if (out / "fewstep" / LORA_NAME).exists():
        (folder / "fewstep").mkdir(exist_ok=True)
        shutil.copyfile(out / "fewstep" / LORA_NAME, folder / "fewstep" / LORA_NAME)
        drafts = {"steps": manifest.get("draft_steps", 2), "guidance_scale": 1.0}
        text = json.dumps(drafts, indent=2) + "\n"
        (folder / "fewstep" / "config.json").write_text(text, encoding="utf-8")
    if (out / "detector.pt").exists():
        publish_detector(out, folder / "keypoint_detector")
    (folder / "model_index.json").write_text(json.dumps(INDEX, indent=2) + "\n", encoding="utf-8")
    if not own >= set(manifest.get(_CHOICE, "anime").split("+")):
        manifest = {key: value for key, value in manifest.items() if key != _CHOICE}
    (folder / "koma.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    _only_half(folder)
    total = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 2**20
    log.info("%s: %.1f MiB", folder, total)


def text_only(text: CLIPTextModelWithProjection) -> CLIPTextModel:
    """The encoder without its projection, as Stable Diffusion folders hold it."""
    plain = CLIPTextModel(text.config)
    state = text.text_model.state_dict()
    keys = plain.state_dict().keys()
    prefix = "text_model." if all(key.startswith("text_model.") for key in keys) else ""
    plain.load_state_dict({prefix + key: value for key, value in state.items()}, strict=True)
    return plain


def _compact(file: Path) -> None:
    """Without the spaces that are half of it."""
    tokens = json.loads(file.read_text(encoding="utf-8"))
    text = json.dumps(tokens, ensure_ascii=False, separators=(",", ":"))
    file.write_text(text, encoding="utf-8")


def _only_half(folder: Path) -> None:
    for file in folder.rglob("*.safetensors"):
        tensors = load_file(file)
        if any(t.dtype is torch.float32 for t in tensors.values()):
            save_file(
                {k: t.half() if t.is_floating_point() else t for k, t in tensors.items()},
                file,
                {"format": "pt"},
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("checkpoints"))
    parser.add_argument("--to", type=Path, default=Path("resources/models/koma-toon"))
    parser.add_argument(
        "--sharpness", type=float, default=1.0, help="0: the stage finisher's, 1: sharpen's"
    )
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    manifest = json.loads(
        (Path(__file__).parent / "configs" / "koma.json").read_text(encoding="utf-8")
    )
    publish(given.out, given.to, manifest, sharpness=given.sharpness)


if __name__ == "__main__":
    main()
