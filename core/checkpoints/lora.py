"""LoRA files on a loaded base model, applied for a while and taken off again without a trace."""

from __future__ import annotations

import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.checkpoints.catalogue import kind_of
from core.checkpoints.errors import UnsupportedModel, plain_errors
from core.checkpoints.weights import read_weights

if TYPE_CHECKING:
    from torch import Tensor

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
        for network in host.components.values():
            network.requires_grad_(False)
        yield
    finally:
        host.unload_lora_weights()


@dataclass(frozen=True, eq=False)
class LowRank:
    """What a LoRA adds to a layer's weight: scale * up @ down, both flattened to two axes."""

    down: Tensor
    up: Tensor
    scale: float

    def fits(self, weight: Tensor) -> bool:
        rows, columns = self.up.flatten(1).shape[0], self.down.flatten(1).shape[1]
        return (rows, columns) == tuple(weight.flatten(1).shape)

    def added_to(self, weight: Tensor) -> Tensor:
        """A new tensor of the same shape, number format and order in memory.

        Computed in float32: in 16 bits a small change would be lost in the weight's own rounding
        more often than it must.
        """
        import torch

        change = self.up.flatten(1).float() @ self.down.flatten(1).float()
        merged = weight.float() + self.scale * change.reshape(weight.shape)
        return torch.empty_like(weight).copy_(merged)


def unet_lora(model: LoadedModel, path: Path) -> dict[str, LowRank]:
    """The layers of a LoRA file by the names of the UNet's modules; the model is left as it is.

    Put on and taken off once, because diffusers knows all the ways in which keys are written.
    Raises UnsupportedModel or DamagedWeights, also where the file is about more than the UNet.
    """
    host, name = _host(model), "koma_read"
    try:
        _load(host, path, name)
        found: dict[str, LowRank] = {}
        for module_name, module in host.unet.named_modules():
            if name in getattr(module, "lora_A", ()):
                down, up = (getattr(module, side)[name].weight for side in ("lora_A", "lora_B"))
                found[module_name] = LowRank(down.data, up.data, float(module.scaling[name]))
        if _layers(host, name) != len(found):
            raise UnsupportedModel(
                f"{path.name} changes the text encoder too, which Koma does not do for drafts "
                "alone. Choose a LoRA of the UNet."
            )
        return found
    finally:
        host.unload_lora_weights()
        for network in host.components.values():
            network.requires_grad_(False)


def _host(model: LoadedModel) -> Any:
    """What diffusers' LoRA loader acts on: a pipeline's networks without a pipeline."""
    from diffusers.loaders import StableDiffusionLoraLoaderMixin, StableDiffusionXLLoraLoaderMixin

    is_xl = model.text_encoder_2 is not None
    loader: Any = StableDiffusionXLLoraLoaderMixin if is_xl else StableDiffusionLoraLoaderMixin

    class LoraHost(loader):
        hf_device_map = None

        def __init__(self) -> None:
            self.unet = model.unet
            self.text_encoder = model.text_encoder
            self.components: dict[str, Any] = {
                "unet": self.unet,
                "text_encoder": self.text_encoder,
            }
            if is_xl:
                self.text_encoder_2 = model.text_encoder_2
                self.components["text_encoder_2"] = model.text_encoder_2

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
    return sum(
        name in getattr(module, "lora_A", ())
        for network in host.components.values()
        for module in network.modules()
    )
