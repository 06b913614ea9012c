"""LoRA files on a loaded base model, applied for a while and taken off again without a trace."""

from __future__ import annotations

import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.checkpoints.catalogue import kind_of
from core.checkpoints.errors import UnsupportedModel, plain_errors
from core.checkpoints.weights import read_weights

if TYPE_CHECKING:
    from core.checkpoints.loading import LoadedModel

_FAULT = "it does not fit this base model"


@contextmanager
def loras_applied(model: LoadedModel, loras: Sequence[tuple[Path, float]]) -> Generator[None]:
    """The UNet and text encoder with these LoRAs, each at its scale; as before afterwards.

    Files of diffusers, peft and kohya are understood. Raises UnsupportedModel or DamagedWeights,
    and then nothing is applied.
    """
    if not loras:
        yield
        return
    host = _host(model)
    try:
        names = [_load(host, path, f"koma_{index}") for index, (path, _) in enumerate(loras)]
        with plain_errors("This LoRA file", _FAULT):
            host.set_adapters(names, [scale for _, scale in loras])
        host.unet.requires_grad_(False)
        host.text_encoder.requires_grad_(False)
        yield
    finally:
        host.unload_lora_weights()


def _host(model: LoadedModel) -> Any:
    """What diffusers' LoRA loader acts on: a pipeline's networks without a pipeline."""
    from diffusers.loaders import StableDiffusionLoraLoaderMixin

    class LoraHost(StableDiffusionLoraLoaderMixin):
        hf_device_map = None

        def __init__(self) -> None:
            self.unet = model.unet
            self.text_encoder = model.text_encoder
            self.components = {"unet": self.unet, "text_encoder": self.text_encoder}

    return LoraHost()


def _load(host: Any, path: Path, name: str) -> str:
    weights = read_weights(path)
    if kind_of({key: tuple(tensor.shape) for key, tensor in weights.items()}) != "lora":
        raise UnsupportedModel(f"{path.name} is no LoRA file. Choose a LoRA file.")
    with plain_errors("This LoRA file", _FAULT), warnings.catch_warnings():
        # peft warns of a second LoRA on a network, and when it takes a refused one off again.
        warnings.filterwarnings("ignore", category=UserWarning, module="peft")
        host.load_lora_weights(weights, adapter_name=name)
        if not _layers(host, name):
            raise ValueError("no layer of the base model has the name of a LoRA layer")
    return name


def _layers(host: Any, name: str) -> int:
    """How many layers carry the LoRA of this name."""
    networks = (host.unet, host.text_encoder)
    return sum(
        name in getattr(module, "lora_A", ())
        for network in networks
        for module in network.modules()
    )
