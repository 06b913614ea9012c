"""Adapters as reversible guests of a UNet: attention processors in, processors out.

What all identity adapters have in common, so that the engine can use any of them, or several:

1. a `ReferenceEncoder` turns a reference into what the steps read, once (`CachedReference`);
2. `batch_conditions` gathers the references of all panels for the UNet's batch;
3. `inject` joins the UNet, `conditions` says what its next calls are given, `eject` undoes it.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from diffusers.models.attention_processor import Attention
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn

from core.adapters import conditions as image_conditions
from core.adapters.conditions import Conditions, ReferenceCondition, guided_rows
from core.adapters.cross_attention import ConditionSlot
from core.adapters.errors import WrongBaseModel


class OwnProcessor(Protocol):
    """An attention processor of an adapter; `original` was there before it."""

    original: Any

    def belongs_to(self, slot: ConditionSlot) -> bool: ...


class InjectedAdapter(nn.Module):
    """Weights beside a UNet and their reversible connection to it.

    A subclass says which attention layers it joins and with which processors.
    """

    def __init__(self) -> None:
        super().__init__()
        self._slot = ConditionSlot()
        self._target: list[UNet2DConditionModel] = []  # a list: the UNet is no part of the adapter

    @property
    def num_parameters(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())

    def inference_conditions(
        self,
        rows: Sequence[Sequence[ReferenceCondition]],
        latent_size: tuple[int, int] | None = None,
    ) -> Conditions:
        """See `core.adapters.conditions.inference_conditions`; prepare once, use in every step."""
        return image_conditions.inference_conditions(rows, latent_size)

    def batch_conditions(
        self,
        panels: Sequence[Sequence[ReferenceCondition]],
        halves: int,
        latent_size: tuple[int, int],
    ) -> Conditions:
        """`inference_conditions` of panels; halves 2: guidance's half without references first."""
        return self.inference_conditions(guided_rows(panels, halves), latent_size)

    def set_conditions(self, conditions: Conditions | None) -> None:
        """What the next UNet calls are given; None is the plain network."""
        self._slot.current = conditions

    @contextmanager
    def conditions(self, conditions: Conditions | None) -> Generator[None]:
        """Conditions for the UNet calls inside; gradient checkpointing: `backward()` inside too."""
        previous = self._slot.current
        self._slot.current = conditions
        try:
            yield
        finally:
            self._slot.current = previous

    @property
    def injected(self) -> bool:
        return bool(self._target)

    def inject(self, unet: UNet2DConditionModel) -> None:
        """Join the UNet's attention layers; its weights and modules stay as they are.

        Adapters that joined before keep working: what they add is added too. Raises
        WrongBaseModel where the UNet has other layers, RuntimeError if already injected.
        """
        if self._target:
            raise RuntimeError("the adapter is already injected")
        found = self._fitting_layers(unet)
        for position, attn in enumerate(found.values()):
            attn.set_processor(self._processor(position, attn.get_processor()))
        self._target.append(unet)

    def check_fit(self, unet: UNet2DConditionModel) -> None:
        """Raises WrongBaseModel where the adapter was made for a UNet of other layers."""
        self._fitting_layers(unet)

    def _fitting_layers(self, unet: UNet2DConditionModel) -> Mapping[Any, Attention]:
        found = self._layers_of(unet)
        if not self._fits(found, unet):
            raise WrongBaseModel(
                "This adapter was made for another kind of base model. Choose another adapter."
            )
        return found

    def eject(self) -> None:
        """Leave the UNet as it was before `inject`.

        Raises RuntimeError where it is not injected, or another adapter joined after it and must
        leave first.
        """
        if not self._target:
            raise RuntimeError("the adapter is not injected")
        found = self._layers_of(self._target[0])
        processors: list[Any] = [attn.get_processor() for attn in found.values()]
        if any(_is_foreign_guest(processor, self._slot) for processor in processors):
            raise RuntimeError("another adapter was injected later; eject that one first")
        for attn, processor in zip(found.values(), processors, strict=True):
            if _is_own(processor, self._slot):
                attn.set_processor(processor.original)
        self._target.pop()
        self._slot.current = None

    def _layers_of(self, unet: UNet2DConditionModel) -> Mapping[Any, Attention]:
        """The layers the adapter joins, in the order of its weights."""
        raise NotImplementedError

    def _fits(self, found: Mapping[Any, Attention], unet: UNet2DConditionModel) -> bool:
        """Whether the weights were made for these layers."""
        raise NotImplementedError

    def _processor(self, position: int, original: Any) -> Any:
        """The processor of the layer at `position`."""
        raise NotImplementedError


def copy_weight(source: nn.Module | None, target: Tensor) -> None:
    """From a linear layer, also where LoRA wraps it."""
    base = getattr(source, "base_layer", source)
    assert isinstance(base, nn.Linear)
    target.copy_(base.weight)


def text_width(unet: UNet2DConditionModel) -> int:
    return int(unet.config["cross_attention_dim"])


def _is_own(processor: Any, slot: ConditionSlot) -> bool:
    return hasattr(processor, "belongs_to") and processor.belongs_to(slot)


def _is_foreign_guest(processor: Any, slot: ConditionSlot) -> bool:
    return hasattr(processor, "belongs_to") and not processor.belongs_to(slot)
