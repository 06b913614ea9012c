"""AnimeAdapter with one thing changed at a time (Tables 3 to 6): `core.training.variants`.

Every variant is the `adapter` stage anew, on the same finished base and pose controller, with the
same examples for the same number of steps. Reference attention has variants too, where the thing
that changes exists there, and `full+reference` is the two together, which nothing trains. `python
-m core.evaluation ablate --variants OUT/variants` draws them beside each other.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.checkpoints.files import read_json_object
from core.errors import BadInput
from core.evaluation.variants import ROW_FILE
from core.files import write_atomically
from core.training import adapter
from core.training.command import StageArguments, arguments_of, run_command, stage_parser
from core.training.config import FrozenModel, section
from core.training.networks import VISION_LAYERS

log = logging.getLogger(__name__)
FOLDER = "variants"
TOGETHER = {"full+reference": ("full", "reference")}
_PAPER_K, _PAPER_LAYERS = (3, 7, 11, 15), 24  # Table 6, of CLIP ViT-L/14


@dataclass(frozen=True)
class Variant:
    """change: settings of `AdapterStage`. row: how the evaluation asks for its pictures."""

    change: dict[str, Any]
    row: dict[str, Any] = field(default_factory=dict)


def variants_for(layers: int) -> dict[str, Variant]:
    """By name. layers: of the vision encoder; the paper's K keep their share of them."""
    depths = sorted({max(1, round(k * layers / _PAPER_LAYERS)) for k in _PAPER_K})
    unmasked: dict[str, Any] = {"masks": False}
    free: dict[str, Any] = {"pose": False}
    reference: dict[str, Any] = {"kind": "reference"}
    return {
        "full": Variant({}),
        "scope-up": Variant({"scope": "up"}),
        "no-masks": Variant(unmasked, {"mask": "off"}),
        "no-controller": Variant(free),
        **{f"k{depth}": Variant({"vision_layers": depth}) for depth in depths},
        "reference": Variant(reference),
        "reference-no-masks": Variant(reference | unmasked, {"mask": "off"}),
        "reference-no-controller": Variant(reference | free),
    }


def encoder_layers(model: FrozenModel | None) -> int:
    """Of the vision encoder that the adapter reads. Raises BadInput where it cannot be told."""
    if model is None:
        return VISION_LAYERS
    folder = model.image_encoder or model.base / "image_encoder"
    layers = read_json_object(folder / "config.json", "image encoder").get("num_hidden_layers")
    if not isinstance(layers, int):
        raise BadInput(f"{folder} does not say how many layers it has. Check [model].")
    return layers


def train_variant(variant: Variant, arguments: StageArguments) -> None:
    """Into `arguments.out`. It starts from nothing, whatever the base stage left: as all do."""
    config = arguments.config
    change: dict[str, Any] = {"kind": "anime", **variant.change}
    stage = replace(section(config.adapter, "adapter"), **change)
    base = None if config.base is None else replace(config.base, reference_share=0.0)
    arguments.out.mkdir(parents=True, exist_ok=True)
    row = json.dumps(variant.row).encode()
    write_atomically(arguments.out / ROW_FILE, lambda file: file.write(row))
    adapter.train(replace(arguments, config=replace(config, adapter=stage, base=base)))


def put_together(folder: Path) -> None:
    """The combinations of which all parts are finished in `folder`, as variants of their own."""
    for name, parts in TOGETHER.items():
        found = [sorted((folder / part).glob("adapter*/")) for part in parts]
        if not all(found):
            continue
        for adapters in found:
            for one in adapters:
                shutil.copytree(one, folder / name / one.name, dirs_exist_ok=True)


def main(given: Sequence[str] | None = None) -> None:
    parser = stage_parser(__doc__ or "")
    parser.add_argument("--only", help="names by commas; all of them without")
    parsed = parser.parse_args(given)
    arguments = arguments_of(parsed)
    variants = variants_for(encoder_layers(arguments.config.model))
    names = list(variants) if parsed.only is None else parsed.only.split(",")
    unknown = [name for name in names if name not in variants]
    if unknown:
        raise BadInput(f"There is no variant “{unknown[0]}”: choose {', '.join(variants)}.")
    for name in names:
        log.info("variant %s", name)
        place = replace(arguments, out=arguments.out / FOLDER / name, stages=arguments.inputs)
        train_variant(variants[name], place)
    put_together(arguments.out / FOLDER)


if __name__ == "__main__":
    run_command(main)
