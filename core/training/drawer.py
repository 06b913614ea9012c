"""What the base stage trains, and its checkpoint holds."""

from __future__ import annotations

from diffusers import T2IAdapter, UNet2DConditionModel
from torch import nn

from core.adapters.anime_adapter import AnimeAdapter
from core.training.networks import ADAPTER_CONFIG, build_pose_adapter, build_unet


class Drawer(nn.Module):
    """The UNet, its pose controller and its AnimeAdapter; `Painter` and `Identity` run them."""

    def __init__(self) -> None:
        super().__init__()
        self.unet: UNet2DConditionModel = build_unet()
        self.pose: T2IAdapter = build_pose_adapter()
        nn.init.zeros_(self.unet.conv_out.weight)
        self.adapter = AnimeAdapter.from_unet(self.unet, ADAPTER_CONFIG)
