"""Base models and ControlNets in one file of the original Stable Diffusion layout.

The file holds weights only. diffusers would fetch the configurations from its hub; Koma takes them
from a local folder in the diffusers layout (`config_dir`), so that nothing is asked of a network.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.checkpoints.catalogue import ModelInfo
from core.checkpoints.components import (
    frozen,
    load_scheduler_config,
    load_tokenizer,
    missing_weights,
)
from core.checkpoints.errors import ModelNotFound, plain_errors
from core.checkpoints.weights import read_weights

if TYPE_CHECKING:
    import torch
    from diffusers import ControlNetModel
    from torch import nn

    from core.checkpoints.loading import LoadedModel

_WHAT = "This model file"
_FAULT = "its weights are not those of a Stable Diffusion 1.5 model"


def load_single_file(info: ModelInfo, dtype: torch.dtype, config_dir: Path | None) -> LoadedModel:
    """UNet, VAE and text encoder from the file, the rest from `config_dir`.

    The tokenizer may also lie beside the file, in a folder `tokenizer`. Raises ModelNotFound where
    configurations or the tokenizer are missing, DamagedWeights for a damaged file.
    """
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextModel

    from core.checkpoints.loading import LoadedModel

    configs = _configs(config_dir)
    tokenizer = load_tokenizer(_tokenizer_folder(info.path, configs))
    weights = read_weights(info.path)
    with plain_errors(_WHAT, _FAULT):
        unet = _original(UNet2DConditionModel, weights, configs / "unet", dtype)
        vae = _original(AutoencoderKL, weights, configs / "vae", dtype)
        text_encoder = _text_encoder(CLIPTextModel, weights, configs, dtype)
    return LoadedModel(
        info=info,
        digest=info.digest,
        unet=_complete(unet),
        vae=_complete(vae),
        text_encoder=_complete(text_encoder),
        tokenizer=tokenizer,
        scheduler_config=load_scheduler_config(configs / "scheduler"),
    )


def load_controlnet_file(
    path: Path, dtype: torch.dtype, config_dir: Path | None
) -> ControlNetModel:
    """A ControlNet in one file, with its configuration from `config_dir`/controlnet."""
    from diffusers import ControlNetModel

    configs = _configs(config_dir)
    weights = read_weights(path)
    with plain_errors("This ControlNet file", "its weights are not those of an SD 1.5 ControlNet"):
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
    network_class: Any, weights: dict[str, Any], configs: Path, dtype: torch.dtype
) -> nn.Module:
    from diffusers.loaders.single_file_utils import create_diffusers_clip_model_from_ldm

    return create_diffusers_clip_model_from_ldm(
        network_class,
        dict(weights),
        subfolder="text_encoder",
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


def _configs(config_dir: Path | None) -> Path:
    if config_dir is None or not config_dir.is_dir():
        raise ModelNotFound(
            "A model in a single file needs the configurations that come with Koma, and they are "
            "missing. Install Koma again, or choose the same model as a diffusers folder."
        )
    return config_dir


def _tokenizer_folder(file: Path, configs: Path) -> Path:
    for folder in (file.parent / "tokenizer", configs / "tokenizer"):
        if folder.is_dir():
            return folder
    raise ModelNotFound(
        "This model file comes without its tokenizer. Put the folder “tokenizer” of Stable "
        "Diffusion 1.5 beside it, or choose the same model as a diffusers folder."
    )
