"""One network from one folder of the diffusers layout, complete or refused.

diffusers fills a missing weight with random numbers and only logs it; here that is damage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.adapters.errors import DamagedWeights
from core.checkpoints.errors import UnsupportedModel, damaged, plain_errors
from core.checkpoints.files import read_json_object

if TYPE_CHECKING:
    import torch
    from torch import nn

VAE_CLASSES = ("AutoencoderKL", "AutoencoderTiny", "AutoencoderDC")
CONTROLLER_CLASSES = ("T2IAdapter", "ControlNetModel")
TEXT_CLASSES = ("CLIPTextModel",)
SECOND_TEXT_CLASSES = ("CLIPTextModelWithProjection",)
SECOND_PAD_TOKEN = "!"  # the one thing in which SDXL's second tokenizer differs from CLIP's


@dataclass(frozen=True)
class _WeightsFormat:
    """How the weights in a folder are named, as `from_pretrained` wants to be told."""

    use_safetensors: bool
    variant: str | None


def class_of(folder: Path, allowed: Sequence[str], what: str) -> str:
    """The class that a folder's config.json names. Raises DamagedWeights, UnsupportedModel."""
    config = read_json_object(folder / "config.json", what)
    named = [config.get("_class_name"), *(config.get("architectures") or [])]
    for name in named:
        if name in allowed:
            return str(name)
    raise UnsupportedModel(
        f"{what} is of a kind that Koma does not know ({named[0] or 'no name'}). Choose another."
    )


def load_network(
    library: Any, class_name: str, folder: Path, dtype: torch.dtype, what: str
) -> nn.Module:
    """A network of diffusers or transformers in evaluation mode, without gradients, on the CPU.

    library: the module. what: the words for it in an error. Raises DamagedWeights.
    """
    weights = _weights_format(folder, what)
    dtype_word = "torch_dtype" if library.__name__ == "diffusers" else "dtype"
    with plain_errors(what, "its weights do not fit its configuration"):
        network, report = getattr(library, class_name).from_pretrained(
            str(folder),
            local_files_only=True,
            output_loading_info=True,
            use_safetensors=weights.use_safetensors,
            variant=weights.variant,
            **{dtype_word: dtype},
        )
    missing = sorted(str(key) for key in report["missing_keys"])
    if missing:
        raise missing_weights(what, missing)
    if report["mismatched_keys"]:
        raise damaged(what, "some weights have the wrong size", str(report["mismatched_keys"]))
    return frozen(network)


def missing_weights(what: str, keys: Sequence[str]) -> DamagedWeights:
    return damaged(what, f"{len(keys)} of its weights are missing", ", ".join(keys))


def frozen(network: nn.Module) -> nn.Module:
    return network.eval().requires_grad_(False)


def load_tokenizer(folder: Path, pad_token: str | None = None) -> Any:
    """The CLIP tokenizer of a folder; pad_token: None = its own. Raises DamagedWeights."""
    import transformers

    if not any((folder / name).is_file() for name in ("tokenizer.json", "vocab.json")):
        raise damaged("This model", "its tokenizer has no vocabulary")
    padding: dict[str, Any] = {} if pad_token is None else {"pad_token": pad_token}
    with plain_errors("This model", "its tokenizer cannot be read"):
        return transformers.CLIPTokenizer.from_pretrained(
            str(folder), local_files_only=True, **padding
        )


def load_scheduler_config(folder: Path) -> dict[str, Any]:
    """The scheduler's settings, `_class_name` among them: a scheduler class of diffusers."""
    config = read_json_object(folder / "scheduler_config.json", "This model's scheduler")
    return checked_scheduler_config(config, "This model")


def checked_scheduler_config(config: dict[str, Any], what: str) -> dict[str, Any]:
    """Raises UnsupportedModel or DamagedWeights where diffusers has no scheduler of it."""
    import diffusers

    scheduler = getattr(diffusers, str(config.get("_class_name", "")), None)
    if not (isinstance(scheduler, type) and issubclass(scheduler, diffusers.SchedulerMixin)):
        raise UnsupportedModel(
            f"{what} asks for a scheduler that Koma does not know "
            f"({config.get('_class_name', 'no name')}). Choose another model."
        )
    with plain_errors(what, "its scheduler has wrong settings"):
        scheduler.from_config(config)  # pyright: ignore[reportAttributeAccessIssue]
    return config


def _weights_format(folder: Path, what: str) -> _WeightsFormat:
    """safetensors before pickles, full weights before a variant such as fp16."""
    names = sorted(file.name for file in folder.glob("*") if file.is_file())
    for ending, use_safetensors in ((".safetensors", True), (".bin", False)):
        found = [name for name in names if name.endswith(ending)]
        plain = [name for name in found if _variant(name) is None]
        if plain:
            return _WeightsFormat(use_safetensors, None)
        if found:
            return _WeightsFormat(use_safetensors, _variant(found[0]))
    raise damaged(what, "its weights file is missing")


def _variant(name: str) -> str | None:
    """`fp16` of `model.fp16.safetensors` and of `model.fp16-00001-of-00002.safetensors`."""
    parts = name.split(".")
    return parts[1].split("-")[0] if len(parts) > 2 else None
