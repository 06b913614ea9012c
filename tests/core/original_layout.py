"""A tiny model's weights under the keys of a file in the original layout of Stable Diffusion."""

import re

import torch
from torch import Tensor, nn

from core.checkpoints.loading import LoadedModel

State = dict[str, Tensor]
LAYERS = 1  # layers_per_block of the tiny networks
RESNET = {
    "norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0", "conv2": "out_layers.3", "conv_shortcut": "skip_connection",
}  # fmt: skip
UNET_ENDS = {
    "time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2",
    "conv_in": "input_blocks.0.0", "conv_norm_out": "out.0", "conv_out": "out.2",
    "add_embedding.linear_1": "label_emb.0.0", "add_embedding.linear_2": "label_emb.0.2",
}  # fmt: skip
VAE_ATTENTION = {
    "group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out",
}  # fmt: skip


def rename(key: str, names: dict[str, str]) -> str:
    """The first prefix of `key` that is in `names`, replaced."""
    found = next(name for name in names if key.startswith(f"{name}."))
    return names[found] + key[len(found) :]


def unet_key(key: str, up_with_attention: frozenset[int] = frozenset()) -> str:
    """diffusers' name of a UNet weight to the original one.

    up_with_attention: up blocks in which the upsampler follows an attention.
    """
    if match := re.match(r"(down|up)_blocks\.(\d)\.(resnets|attentions)\.(\d)\.(.*)", key):
        side, block, part, layer, rest = match.groups()
        at = int(block) * (LAYERS + 1) + int(layer) + (side == "down")
        inner = f"0.{rename(rest, RESNET)}" if part == "resnets" else f"1.{rest}"
        return f"{'input' if side == 'down' else 'output'}_blocks.{at}.{inner}"
    if match := re.match(r"down_blocks\.(\d)\.downsamplers\.0\.conv\.(.*)", key):
        return f"input_blocks.{(int(match[1]) + 1) * (LAYERS + 1)}.0.op.{match[2]}"
    if match := re.match(r"up_blocks\.(\d)\.upsamplers\.0\.conv\.(.*)", key):
        place = 2 if int(match[1]) in up_with_attention else 1
        return f"output_blocks.{int(match[1]) * (LAYERS + 1) + LAYERS}.{place}.conv.{match[2]}"
    if match := re.match(r"mid_block\.resnets\.(\d)\.(.*)", key):
        return f"middle_block.{2 * int(match[1])}.{rename(match[2], RESNET)}"
    if match := re.match(r"mid_block\.attentions\.0\.(.*)", key):
        return f"middle_block.1.{match[1]}"
    return rename(key, UNET_ENDS)


def vae_key(key: str, levels: int) -> str:
    """diffusers' name of a VAE weight to the original one."""
    key = key.replace("conv_shortcut", "nin_shortcut").replace("conv_norm_out", "norm_out")
    if match := re.match(r"(.*)mid_block\.attentions\.0\.(.*)", key):
        return f"{match[1]}mid.attn_1.{rename(match[2], VAE_ATTENTION)}"
    if match := re.match(r"(.*)mid_block\.resnets\.(\d)\.(.*)", key):
        return f"{match[1]}mid.block_{int(match[2]) + 1}.{match[3]}"
    if match := re.match(r"(.*)up_blocks\.(\d)\.(.*)", key):
        key = f"{match[1]}up.{levels - 1 - int(match[2])}.{match[3]}"
    key = key.replace("down_blocks.", "down.").replace("resnets.", "block.")
    return key.replace("downsamplers.0", "downsample").replace("upsamplers.0", "upsample")


def original_layout(base: LoadedModel) -> State:
    """All weights of a tiny base model under the keys of a single-file checkpoint."""
    state: State = {}
    types = base.unet.config["up_block_types"]
    attended = frozenset(i for i, name in enumerate(types) if name.startswith("CrossAttn"))
    for key, tensor in base.unet.state_dict().items():
        state[f"model.diffusion_model.{unet_key(key, attended)}"] = tensor
    levels = len(base.vae.config["block_out_channels"])
    for key, tensor in base.vae.state_dict().items():
        is_attention = "mid_block.attentions" in key and tensor.ndim == 2
        state[f"first_stage_model.{vae_key(key, levels)}"] = (
            tensor[:, :, None, None] if is_attention else tensor
        )
    second = base.text_encoder_2
    place = "cond_stage_model" if second is None else "conditioner.embedders.0"
    for key, tensor in base.text_encoder.state_dict().items():
        name = key.removeprefix("text_model.")
        state[f"{place}.transformer.text_model.{name}"] = tensor
    if second is not None:
        length = base.text_encoder.config.max_position_embeddings
        ids = f"{place}.transformer.text_model.embeddings.position_ids"
        state[ids] = torch.arange(length)[None]
        state |= {f"conditioner.embedders.1.model.{k}": v for k, v in open_clip(second).items()}
    return {key: tensor.contiguous() for key, tensor in state.items()}


def open_clip(encoder: nn.Module) -> State:
    """A CLIP text encoder with projection under OpenCLIP's names."""
    own = {key.removeprefix("text_model."): value for key, value in encoder.state_dict().items()}
    state = {
        "positional_embedding": own["embeddings.position_embedding.weight"],
        "token_embedding.weight": own["embeddings.token_embedding.weight"],
        "text_projection": own["text_projection.weight"].T,
        "logit_scale": torch.tensor(1.0),
        "ln_final.weight": own["final_layer_norm.weight"],
        "ln_final.bias": own["final_layer_norm.bias"],
    }
    names = {
        "layer_norm1": "ln_1", "layer_norm2": "ln_2",
        "mlp.fc1": "mlp.c_fc", "mlp.fc2": "mlp.c_proj",
        "self_attn.out_proj": "attn.out_proj",
    }  # fmt: skip
    for layer in range(encoder.config.num_hidden_layers):  # type: ignore[union-attr]
        block = f"transformer.resblocks.{layer}"
        for kind in ("weight", "bias"):
            for theirs, name in names.items():
                state[f"{block}.{name}.{kind}"] = own[f"encoder.layers.{layer}.{theirs}.{kind}"]
            attention = f"encoder.layers.{layer}.self_attn"
            parts = [own[f"{attention}.{part}_proj.{kind}"] for part in "qkv"]
            state[f"{block}.attn.in_proj_{kind}"] = torch.cat(parts)
    return state
