"""Base models and ControlNets in one file of the original Stable Diffusion layout.

The file holds weights only. diffusers would fetch the configurations from its hub; Koma takes them
from a local folder in the diffusers layout (`config_dir`), so that nothing is asked of a network.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.checkpoints.catalogue import ModelInfo
from core.checkpoints.components import (
    SECOND_PAD_TOKEN,
    frozen,
    load_scheduler_config,
    load_tokenizer,
    missing_weights,
)
from core.checkpoints.errors import ModelNotFound, plain_errors
from core.checkpoints.families import Family, Prediction
from core.checkpoints.files import read_header
from core.checkpoints.weights import read_weights

if TYPE_CHECKING:
    import torch
    from diffusers import ControlNetModel
    from torch import nn

    from core.checkpoints.loading import LoadedModel

_WHAT = "This model file"
_FAULTS: dict[Family, str] = {
    "sd15": "its weights are not those of a Stable Diffusion 1.5 model",
    "sdxl": "its weights are not those of a Stable Diffusion XL model",
}
_XL_CONTROLNET_MARKS = ("add_embedding.linear_1.weight", "control_model.label_emb.0.0.weight")


def load_single_file(info: ModelInfo, dtype: torch.dtype, config_dir: Path | None) -> LoadedModel:
    """UNet, VAE and text encoders from the file, the rest from `config_dir`/`info.family`.

    The tokenizer may also lie beside the file, in a folder `tokenizer`. Raises ModelNotFound where
    configurations or the tokenizer are missing, DamagedWeights for a damaged file.
    """
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextModel, CLIPTextModelWithProjection

    from core.checkpoints.loading import LoadedModel

    configs = _configs(config_dir, info.family)
    tokenizers = _tokenizer_folder(info.path, configs)
    weights = read_weights(info.path)
    second: Any = None
    with plain_errors(_WHAT, _FAULTS[info.family]):
        unet = _original(UNet2DConditionModel, weights, configs / "unet", dtype)
        vae = _original(AutoencoderKL, weights, configs / "vae", dtype)
        text_encoder = _text_encoder(CLIPTextModel, weights, configs, "text_encoder", dtype)
        if info.family == "sdxl":
            second = _text_encoder(
                CLIPTextModelWithProjection, weights, configs, "text_encoder_2", dtype
            )
    prediction = Prediction.of_file(weights, _metadata(info.path))
    return LoadedModel(
        info=info,
        digest=info.digest,
        unet=_complete(unet),
        vae=_complete(vae),
        text_encoder=_complete(text_encoder),
        tokenizer=load_tokenizer(tokenizers),
        scheduler_config=prediction.applied_to(load_scheduler_config(configs / "scheduler")),
        text_encoder_2=None if second is None else _complete(second),
        tokenizer_2=None if second is None else load_tokenizer(tokenizers, SECOND_PAD_TOKEN),
        zero_empty_negative=second is not None,
    )


def load_controlnet_file(
    path: Path, dtype: torch.dtype, config_dir: Path | None
) -> ControlNetModel:
    """A ControlNet in one file, with the configuration of its family from `config_dir`."""
    from diffusers import ControlNetModel

    weights = read_weights(path)
    is_xl = any(mark in weights for mark in _XL_CONTROLNET_MARKS)
    configs = _configs(config_dir, "sdxl" if is_xl else "sd15")
    with plain_errors(
        "This ControlNet file", "its weights are not those of a Stable Diffusion ControlNet"
    ):
        network = _original(ControlNetModel, weights, configs / "controlnet", dtype)
    return _complete(network)


def _original(
    network_class: Any, weights: dict[str, Any], config: Path, dtype: torch.dtype
) -> nn.Module:
    # A copy of the dict: the converters of diffusers take keys out of it.
    return network_class.from_single_file(
        dict(weights), config=str(config), local_files_only=True, torch_dtype=dtype
    )


def _text_encoder(
    network_class: Any, weights: dict[str, Any], configs: Path, name: str, dtype: torch.dtype
) -> nn.Module:
    from diffusers.loaders.single_file_utils import create_diffusers_clip_model_from_ldm

    return create_diffusers_clip_model_from_ldm(
        network_class,
        dict(weights),
        subfolder=name,
        config=str(configs),
        torch_dtype=dtype,
        local_files_only=True,
    )


def _complete(network: nn.Module) -> Any:
    """Weights that the file did not hold are still on the meta device: that is damage."""
    missing = [name for name, tensor in network.named_parameters() if tensor.is_meta]
    if missing:
        raise missing_weights(_WHAT, missing)
    return frozen(network)


def _metadata(path: Path) -> Mapping[str, str]:
    return read_header(path).metadata if path.suffix.lower() == ".safetensors" else {}


def _configs(config_dir: Path | None, family: Family) -> Path:
    if config_dir is None or not (config_dir / family).is_dir():
        raise ModelNotFound(
            "A model in a single file needs the configurations that come with Koma, and they are "
            "missing. Install Koma again, or choose the same model as a diffusers folder."
        )
    return config_dir / family


def _tokenizer_folder(file: Path, configs: Path) -> Path:
    """Both families read the words by the vocabulary that lies with the older one."""
    for folder in (file.parent / "tokenizer", configs.parent / "sd15" / "tokenizer"):
        if folder.is_dir():
            return folder
    raise ModelNotFound(
        "This model file comes without its tokenizer. Put the folder “tokenizer” of Stable "
        "Diffusion 1.5 beside it, or choose the same model as a diffusers folder."
    )
