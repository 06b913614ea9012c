"""koma models: which models were found."""

from __future__ import annotations

import json
from pathlib import Path

import click

from app.cli.options import FILE, json_option
from app.cli.root import workplace_options
from app.settings import save_settings
from app.workplace import Workplace
from core.checkpoints.catalogue import Catalogue, ModelInfo
from core.errors import BadInput

KINDS = {
    "base_folder": "model",
    "base_file": "model",
    "lora": "LoRA",
    "controlnet": "ControlNet",
    "t2i_adapter": "T2I-Adapter",
    "anime_adapter": "AnimeAdapter",
    "ip_adapter": "IP-Adapter",
    "reference_attention": "reference attention",
    "image_encoder": "vision encoder",
}


@click.command()
@click.option("--remember", type=FILE, metavar="DIR", help="Always look in this folder too.")
@json_option
@workplace_options
@click.pass_obj
def models(workplace: Workplace, remember: Path | None, as_json: bool) -> None:
    """List the models Koma can draw with, and what is wrong with others."""
    if remember is not None:
        _remember(workplace, remember)
    catalogue = workplace.catalogue()
    if as_json:
        click.echo(json.dumps(_summary(catalogue), ensure_ascii=False, indent=2))
        return
    for model in catalogue.models:
        click.echo(describe(model))
    for problem in catalogue.problems:
        click.echo(f"{problem.path}: {problem.message}")
    if not catalogue.base_models:
        folders = " or ".join(str(folder) for folder in workplace.model_folders())
        click.echo(f"No model was found. Put one into {folders}.")


def describe(model: ModelInfo) -> str:
    size = f", {model.native_px} px" if model.is_base else ""
    return f"{model.id}  ({KINDS[model.kind]}{size})  {model.path}"


def _remember(workplace: Workplace, folder: Path) -> None:
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}. Choose the folder with the models.")
    settings = workplace.settings()
    kept = tuple(dict.fromkeys((*settings.model_folders, str(folder.resolve()))))
    save_settings(settings.model_copy(update={"model_folders": kept}), workplace.settings_file)


def _summary(catalogue: Catalogue) -> dict[str, object]:
    return {
        "models": [
            {
                "id": model.id,
                "kind": model.kind,
                "title": model.title,
                "path": str(model.path),
                "native_px": model.native_px,
            }
            for model in catalogue.models
        ],
        "problems": [{"path": str(p.path), "message": p.message} for p in catalogue.problems],
    }
