"""A model's few-step LoRA: in its UNet while drafts are drawn, and gone without a trace after.

The LoRA is read once, as two thin matrices a layer. For drawing they are added into the weights
themselves, so that a step costs what it always costs; the weights without them are put aside and
put back, the same tensors, not computed back.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.checkpoints.components import checked_scheduler_config
from core.checkpoints.errors import damaged
from core.checkpoints.fewstep_config import WHAT, FewStepConfig, fewstep_file, read_fewstep_config
from core.checkpoints.lora import LowRank, unet_lora

if TYPE_CHECKING:
    from torch import Tensor, nn

    from core.checkpoints.loading import LoadedModel

KEPT_BYTES = 256 * 2**20  # of merged weights from one draft to the next


@dataclass(frozen=True, eq=False)
class FewStep:
    """layers: by the names of the UNet's modules. scheduler_config: for drafts."""

    config: FewStepConfig
    layers: Mapping[str, LowRank]
    scheduler_config: dict[str, Any]
    _kept: dict[str, Tensor] = field(default_factory=dict[str, "Tensor"])

    @contextmanager
    def merged_into(self, unet: nn.Module) -> Generator[None]:
        """The UNet draws in few steps inside the block; afterwards it is what it was."""
        import torch

        before: dict[str, tuple[nn.Parameter, Tensor]] = {}
        try:
            with torch.no_grad():
                for name, change in self.layers.items():
                    weight = _weight(unet, name)
                    before[name] = (weight, weight.data)
                    weight.data = self._merged(name, change, weight.data)
            yield
        finally:
            for weight, data in before.values():
                weight.data = data

    def _merged(self, name: str, change: LowRank, weight: Tensor) -> Tensor:
        """Small networks' merged weights stay in memory: merging takes as long as a step."""
        if name in self._kept:
            return self._kept[name]
        merged = change.added_to(weight)
        size = sum(tensor.nbytes for tensor in self._kept.values())
        if size + merged.nbytes <= KEPT_BYTES:
            self._kept[name] = merged
        return merged


def load_fewstep(model: LoadedModel) -> FewStep | None:
    """The few-step LoRA in the folder of a loaded model; None where it has none.

    Keys as diffusers, peft and kohya write them. Raises UnsupportedModel or DamagedWeights, and
    then the model is as before.
    """
    config = read_fewstep_config(model.info.path)
    if config is None:
        return None
    layers = {
        name: replace(part, scale=part.scale * config.scale)
        for name, part in unet_lora(model, fewstep_file(model.info.path)).items()
    }
    for name, change in layers.items():
        if not change.fits(_weight(model.unet, name)):
            raise damaged(WHAT, "it does not fit this base model", name)
    settings = {**model.scheduler_config, **config.scheduler}
    return FewStep(config, layers, checked_scheduler_config(settings, WHAT))


def _weight(unet: nn.Module, name: str) -> nn.Parameter:
    """A layer's own weight, also where an artist's LoRA stands before the layer."""
    layer: Any = unet.get_submodule(name)
    return getattr(layer, "base_layer", layer).weight
