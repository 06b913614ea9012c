"""The shapes of koma-toon's networks, all of them diffusers' and transformers' own classes.

Together under 44 MiB in half precision. A 256 px picture is 16x16 latents of 32 channels.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from diffusers import AutoencoderDC, T2IAdapter, UNet2DConditionModel, UNet2DModel
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch import nn
from transformers import (
    CLIPTextConfig,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

from core.adapters.config import AnimeAdapterConfig
from core.checkpoints.loading import FINISHER_CHANNELS
from core.synthetic.first.face import EXPRESSIONS

WIDTH = 160  # of the text encoder, the vision encoder and the cross-attention
LATENT_CHANNELS = 32
UNET_WIDTHS = (128, 160, 160)
MAX_TOKENS = 77
VISION_LAYERS = 8
FINISHER_WORDS = tuple(EXPRESSIONS.values())
ADAPTER_CONFIG = AnimeAdapterConfig(
    vision_hidden=WIDTH,
    vision_layers=7,
    cross_attention_dim=WIDTH,
    image_size=256,
    patch_size=16,
    encoder_id="koma-toon/image_encoder",
)
# As the engine draws: second order on rectified flow.
SCHEDULER: dict[str, Any] = {
    "_class_name": "DPMSolverMultistepScheduler",
    "prediction_type": "flow_prediction",
    "use_flow_sigmas": True,
    "flow_shift": 1.0,
    "solver_order": 2,
    "final_sigmas_type": "zero",
}


def build_vae() -> AutoencoderDC:
    """16x autoencoder; no layer runs at full size (the stem is a pixel-unshuffle)."""
    widths = (32, 48, 96, 128, 128)
    return AutoencoderDC(
        in_channels=3,
        latent_channels=LATENT_CHANNELS,
        attention_head_dim=32,
        encoder_block_types="ResBlock",
        decoder_block_types="ResBlock",
        encoder_block_out_channels=widths,
        decoder_block_out_channels=widths,
        encoder_layers_per_block=(0, 1, 2, 2, 1),
        decoder_layers_per_block=(0, 2, 3, 2, 1),
        encoder_qkv_multiscales=((), (), (), (), ()),
        decoder_qkv_multiscales=((), (), (), (), ()),
        upsample_block_type="pixel_shuffle",
        downsample_block_type="pixel_unshuffle",
        decoder_norm_types="rms_norm",
        decoder_act_fns="silu",
        scaling_factor=1.0,
    )


def build_unet() -> UNet2DConditionModel:
    """Denoiser with the puppet's latent and alpha as extra input channels (C + C + 1)."""
    heads: Any = tuple(width // 32 for width in UNET_WIDTHS)
    return UNet2DConditionModel(
        sample_size=16,
        in_channels=2 * LATENT_CHANNELS + 1,
        out_channels=LATENT_CHANNELS,
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        mid_block_type="UNetMidBlock2DCrossAttn",
        block_out_channels=UNET_WIDTHS,
        layers_per_block=1,
        cross_attention_dim=WIDTH,
        attention_head_dim=heads,
        norm_num_groups=16,
    )


def build_pose_adapter() -> T2IAdapter:
    """OpenPose T2I-Adapter on the same grid as the 16x latents."""
    return T2IAdapter(
        in_channels=3,
        channels=list(UNET_WIDTHS),
        num_res_blocks=1,
        downscale_factor=16,
        adapter_type="full_adapter",
    )


def build_finisher() -> UNet2DModel:
    """The finishing network: pixels folded 2 x 2, four levels, no attention; starts as identity."""
    in_channels, out_channels = FINISHER_CHANNELS
    network = UNet2DModel(
        in_channels=in_channels,
        out_channels=out_channels,
        block_out_channels=(32, 40, 48, 48),
        down_block_types=("DownBlock2D",) * 4,
        up_block_types=("UpBlock2D",) * 4,
        layers_per_block=1,
        norm_num_groups=8,
        add_attention=False,
        num_class_embeds=len(FINISHER_WORDS) + 1,
    )
    assert isinstance(network.class_embedding, nn.Embedding)
    nn.init.normal_(network.class_embedding.weight, std=0.5)  # from 0 they hardly learn: ADR 28
    nn.init.zeros_(network.conv_out.weight)
    assert network.conv_out.bias is not None
    nn.init.zeros_(network.conv_out.bias)
    return network


def _id(tokenizer: CLIPTokenizer, name: str) -> int:
    found = tokenizer.convert_tokens_to_ids(str(getattr(tokenizer, name)))
    assert isinstance(found, int)
    return found


def build_text_encoder(tokenizer: CLIPTokenizer) -> CLIPTextModelWithProjection:
    return CLIPTextModelWithProjection(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=WIDTH,
            intermediate_size=3 * WIDTH,
            num_hidden_layers=4,
            num_attention_heads=5,
            max_position_embeddings=MAX_TOKENS,
            projection_dim=WIDTH,
            bos_token_id=_id(tokenizer, "bos_token"),
            eos_token_id=_id(tokenizer, "eos_token"),
            pad_token_id=_id(tokenizer, "pad_token"),
        )
    )


def build_image_encoder() -> CLIPVisionModelWithProjection:
    return CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=WIDTH,
            intermediate_size=3 * WIDTH,
            num_hidden_layers=VISION_LAYERS,
            num_attention_heads=5,
            image_size=256,
            patch_size=16,
            projection_dim=WIDTH,
        )
    )


def build_tokenizer(words: tuple[str, ...], folder: Path) -> CLIPTokenizer:
    """A byte-pair tokenizer of CLIP's kind over the tag vocabulary; written to `folder`."""
    bpe = Tokenizer(models.BPE(unk_token="<|endoftext|>", end_of_word_suffix="</w>"))
    # The same cutting as transformers' CLIPTokenizer does, so that the merges fit it.
    bpe.normalizer = normalizers.Lowercase()
    cut = pre_tokenizers.Split(
        Regex(r"""[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""), behavior="removed", invert=True
    )
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [cut, pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=1200,
        min_frequency=1,
        special_tokens=["<|startoftext|>", "<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    bpe.train_from_iterator([", ".join(words)] * 3, trainer)
    folder.mkdir(parents=True, exist_ok=True)
    state = json.loads(bpe.to_str())["model"]
    vocabulary = dict(state["vocab"])
    merges: Any = [tuple(pair) for pair in state["merges"]]
    tokenizer = CLIPTokenizer(
        vocab=vocabulary,
        merges=merges,
        unk_token="<|endoftext|>",
        bos_token="<|startoftext|>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        model_max_length=MAX_TOKENS,
    )
    tokenizer.save_pretrained(str(folder))
    return tokenizer
