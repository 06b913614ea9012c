"""Which class of Stable Diffusion a base model is of, from its keys and JSON alone.

`sd15` reads the prompt with one text encoder (koma-toon does too). `sdxl` (Podell et al., "SDXL",
arXiv 2307.01952) reads it with two and tells the UNet the size of the picture beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core.checkpoints.errors import UnsupportedModel, damaged
from core.checkpoints.files import Shapes, read_json_object

Family = Literal["sd15", "sdxl"]


@dataclass(frozen=True)
class FamilyTraits:
    """How models of a family are drawn where they do not say otherwise themselves.

    text_width: of a published model's cross-attention. SDXL's guidance scale and steps are those
    that its illustration models (Animagine XL, Illustrious, NoobAI) are published with.
    """

    native_px: int
    text_width: int
    guidance_scale: float
    steps: int


TRAITS: Mapping[Family, FamilyTraits] = {
    "sd15": FamilyTraits(512, 768, 7.5, 30),
    "sdxl": FamilyTraits(1024, 2048, 5.0, 28),
}

_SD_COMPONENTS = {
    "unet": "UNet",
    "vae": "VAE",
    "text_encoder": "text encoder",
    "tokenizer": "tokenizer",
    "scheduler": "scheduler",
}
_SECOND_COMPONENTS = {"text_encoder_2": "second text encoder", "tokenizer_2": "second tokenizer"}
# What a single file of another class holds, and the name of that class.
_FOREIGN_KEYS = (
    ("model.diffusion_model.joint_blocks.", "Stable Diffusion 3"),
    ("model.diffusion_model.double_blocks.", "Flux"),
    ("cond_stage_model.model.", "Stable Diffusion 2"),
    ("conditioner.embedders.0.model.", "Stable Diffusion XL Refiner"),
    ("edm_mean", "Playground 2.5"),
)
_FIRST_LAYER = "model.diffusion_model.input_blocks.0.0.weight"
_INPAINTING_CHANNELS = 9  # latent, masked latent, mask


def file_family(shapes: Shapes) -> Family:
    """Of a base model in one file of the original layout.

    Raises UnsupportedModel, naming the class with which Koma cannot draw; DamagedWeights.
    """
    for prefix, name in _FOREIGN_KEYS:
        if _any_start(shapes, prefix):
            raise _foreign(name)
    if not _any_start(shapes, "model.diffusion_model."):
        raise damaged("This model file", "it has no UNet")
    if shapes.get(_FIRST_LAYER, (0, 0))[1:2] == (_INPAINTING_CHANNELS,):
        raise _foreign("Stable Diffusion Inpainting")
    if not _any_start(shapes, "first_stage_model."):
        raise damaged("This model file", "it has no VAE")
    if not _any_start(shapes, "conditioner.embedders."):
        if not _any_start(shapes, "cond_stage_model.transformer."):
            raise damaged("This model file", "it has no text encoder")
        return "sd15"
    if not _any_start(shapes, "conditioner.embedders.0.transformer."):
        raise damaged("This model file", "it has no text encoder")
    if not _any_start(shapes, "conditioner.embedders.1.model."):
        raise damaged("This model file", "it has no second text encoder")
    return "sdxl"


def folder_family(path: Path, index: Mapping[str, Any]) -> Family:
    """Of a folder in the diffusers layout with this model_index.json.

    Raises UnsupportedModel, or DamagedWeights where a network's folder is missing.
    """
    family: Family = "sdxl" if "text_encoder_2" in index else "sd15"
    # Stable Diffusion 3, Flux and their like; the refiner has no first text encoder.
    foreign = "transformer" in index or index.get("text_encoder") == [None, None]
    if foreign or "Inpaint" in str(index.get("_class_name")):
        raise _cannot_draw(path)
    needed = _SD_COMPONENTS | (_SECOND_COMPONENTS if family == "sdxl" else {})
    for component, words in needed.items():
        if not (path / component).is_dir():
            raise damaged("This model folder", f"it has no {words}")
    if family == "sdxl":
        unet = read_json_object(path / "unet" / "config.json", "This model folder")
        if unet.get("addition_embed_type") != "text_time":
            raise _cannot_draw(path)
    return family


@dataclass(frozen=True)
class Prediction:
    """What the UNet of a single file predicts, which decides its scheduler.

    velocity: v instead of epsilon. zero_terminal_snr: its schedule ends in pure noise (Lin et al.,
    arXiv 2305.08891).
    """

    velocity: bool = False
    zero_terminal_snr: bool = False

    @classmethod
    def of_file(cls, keys: Mapping[str, object], metadata: Mapping[str, str]) -> Prediction:
        """By the empty tensors `v_pred` and `ztsnr` that such files carry for other programs, or
        by the ModelSpec fields that trainers write.
        """
        names = ("modelspec.prediction_type", "modelspec.predict_key")
        told = any(metadata.get(name, "").startswith("v") for name in names)
        return cls("v_pred" in keys or told, "ztsnr" in keys)

    def applied_to(self, scheduler: Mapping[str, Any]) -> dict[str, Any]:
        """The scheduler's configuration for this prediction.

        v-prediction is drawn by Euler without added noise, which these models are published with; a
        schedule that ends in pure noise has to start at its last timestep.
        """
        if not self.velocity:
            return dict(scheduler)
        return {
            **scheduler,
            "_class_name": "EulerDiscreteScheduler",
            "prediction_type": "v_prediction",
            "rescale_betas_zero_snr": self.zero_terminal_snr,
            "timestep_spacing": "trailing" if self.zero_terminal_snr else "leading",
        }


def _foreign(name: str) -> UnsupportedModel:
    return UnsupportedModel(
        f"This is a model of the kind {name}, with which Koma cannot draw. Choose one of the "
        "Stable Diffusion 1.5 or XL class."
    )


def _cannot_draw(path: Path) -> UnsupportedModel:
    return UnsupportedModel(
        f"With the model {path.name} Koma cannot draw. Choose one of the Stable Diffusion 1.5 or "
        "XL class."
    )


def _any_start(shapes: Shapes, prefix: str) -> bool:
    return any(key.startswith(prefix) for key in shapes)
