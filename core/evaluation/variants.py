"""Trained variants of an adapter beside each other, as in the paper's Tables 3 to 6.

`DIR/NAME` is a variant: a model folder, or what `core.training` wrote of an adapter that is put on
the model under test. `DIR/NAME/row.json` says how it wants to be asked, where that is not as ever.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.checkpoints.files import read_json_object
from core.errors import BadInput
from core.evaluation.overlay import adapters_in
from core.evaluation.rows import MASKS, Row

ROW_FILE = "row.json"
_MODEL_INDEX = "model_index.json"


def variants_in(folder: Path) -> list[Path]:
    """Sorted by name. Raises BadInput where there is none."""
    found = sorted(path for path in folder.iterdir() if path.is_dir())
    if not found:
        raise BadInput(f"There are no variants in {folder}: train them, one folder for each.")
    return found


def is_model(variant: Path) -> bool:
    """Whether it is a whole model, not an adapter for one."""
    return (variant / _MODEL_INDEX).is_file()


def row_of(variant: Path) -> Row:
    """Its row, called as the folder is. Raises BadInput where there is no adapter in it, or its
    row.json is wrong.
    """
    row = Row(variant.name, "anime" if is_model(variant) else "+".join(adapters_in(variant)))
    path = variant / ROW_FILE
    if not path.is_file():
        return row
    asked = read_json_object(path, "variant")
    mask = asked.get("mask", row.mask)
    if set(asked) - {"mask"} or mask not in MASKS:
        raise BadInput(f"{path} is wrong: it holds mask (one of {', '.join(MASKS)}), nothing else.")
    return replace(row, mask=mask)
