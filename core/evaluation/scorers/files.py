"""The scorers on disk, in half precision, and the id that is printed beside every score."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from core.errors import BadInput
from core.evaluation.scorers.network import ScorerConfig, ScorerNet

_WEIGHTS, _CONFIG = "scorer.safetensors", "scorer.json"


def save_scorer(folder: Path, net: ScorerNet, accuracy: dict[str, Any]) -> str:
    """Writes weights and facts; returns the scorer's id."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        name: (t.half() if t.is_floating_point() else t).contiguous()
        for name, t in net.state_dict().items()
    }
    save_file(tensors, folder / _WEIGHTS)
    facts = {"config": net.config.to_json(), "accuracy": accuracy}
    (folder / _CONFIG).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return scorer_id(folder)


def scorer_id(folder: Path) -> str:
    """Name, world and the first 12 digits of the SHA-256 of the weights."""
    digest = hashlib.sha256((folder / _WEIGHTS).read_bytes()).hexdigest()[:12]
    world = json.loads((folder / _CONFIG).read_text("utf-8"))["config"]["world"]
    return f"koma-scorer-{world}-{digest}"


def load_scorer(folder: Path) -> tuple[ScorerNet, dict[str, Any], str]:
    """The network, its own accuracy and its id. Raises BadInput where it is missing or damaged."""
    if not (folder / _WEIGHTS).is_file():
        raise BadInput(
            f"There are no scorers in {folder}: train them with "
            f"“python -m core.evaluation train-scorers --out {folder}”."
        )
    try:
        facts = json.loads((folder / _CONFIG).read_text("utf-8"))
        net = ScorerNet(ScorerConfig.from_json(facts["config"]))
        loaded = load_file(folder / _WEIGHTS)
        floats = {n: t.float() if t.is_floating_point() else t for n, t in loaded.items()}
        net.load_state_dict(floats)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise BadInput(
            f"The scorers in {folder} are damaged: train them again.", details=str(error)
        ) from error
    return net.eval().to(memory_format=torch.channels_last), facts["accuracy"], scorer_id(folder)
