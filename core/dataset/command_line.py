"""The commands that build a set, one a stage. Each can be stopped and started again."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from core.errors import KomaError

DEFAULT_TAXONOMY = Path("resources/taxonomy")
DEFAULT_MODEL = Path("resources/models/koma-toon")
DEFAULT_CONFIGS = Path("resources")
_PATH = click.Path(path_type=Path)
_TAXONOMY = click.option(
    "--taxonomy", default=DEFAULT_TAXONOMY, show_default=True, type=_PATH, help="Folder or file."
)


def _plainly(command: Callable[..., None]) -> Callable[..., None]:
    """An error an engineer can act on is one sentence and exit code 2."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except KomaError as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            click.echo("Stopped. The same command goes on from here.", err=True)
            sys.exit(130)

    return run


@click.group()
def main() -> None:
    """Make training and evaluation sets from public Danbooru metadata."""


@main.command("filter")
@click.argument("metadata", nargs=-1, required=True, type=_PATH)
@click.option("--out", required=True, type=_PATH, help="Folder for the posts that pass.")
@click.option("--sensitive", is_flag=True, help="Take rating sensitive beside general.")
@_plainly
def filter_command(metadata: tuple[Path, ...], out: Path, sensitive: bool) -> None:
    """Keep the posts of METADATA (files or folders of parquet) that show one drawn figure."""
    from core.dataset.filtering import FilterOptions, filter_metadata
    from core.dataset.progress import FilterProgress

    with FilterProgress() as progress:
        counts = filter_metadata(metadata, out, FilterOptions(sensitive), progress.show)
    progress.report(counts)


@main.command()
@click.argument("posts", type=_PATH)
@click.option("--out", required=True, type=_PATH, help="Folder of the set.")
@click.option(
    "--set", "which", default="training", show_default=True,
    type=click.Choice(["training", "evaluation"]),
)  # fmt: skip
@click.option("--count", default=24_000, show_default=True, type=click.IntRange(1, 500_000))
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31))
@click.option("--min-tags", default=8, show_default=True, type=click.IntRange(1, 100))
@click.option("--animagine", is_flag=True, help="Write references as Animagine XL 4.0 wants them.")
@click.option("--plain-ground", is_flag=True, help="Ask for a white ground in references.")
@click.option("--escape-parentheses", is_flag=True, help="For programs that weigh (words).")
@_TAXONOMY
@_plainly
def prompts(
    posts: Path,
    out: Path,
    which: str,
    count: int,
    seed: int,
    min_tags: int,
    animagine: bool,
    plain_ground: bool,
    escape_parentheses: bool,
    taxonomy: Path,
) -> None:
    """Choose COUNT of the filtered POSTS and write all their prompts."""
    from core.dataset.filtering import SUMMARY
    from core.dataset.plan import PLAN, PlanAbout, make_samples, write_plan
    from core.dataset.prompts import PromptMaker, PromptStyle
    from core.dataset.selection import select_entries
    from core.dataset.taxonomy_file import load_taxonomy

    set_name = "evaluation" if which == "evaluation" else "training"
    style = PromptStyle(animagine, escape_parentheses, plain_ground)
    maker = PromptMaker(load_taxonomy(taxonomy), style, seed)
    entries = select_entries(posts, maker, count, set_name, min_tags)
    summary = json.loads((posts / SUMMARY).read_text(encoding="utf-8"))
    about = PlanAbout(
        set_name, seed, len(entries), style.negative_prompt, tuple(summary["ratings"]),
        summary["read"], summary["kept"], maker.taxonomy.tag_count,
    )  # fmt: skip
    write_plan(out, about, make_samples(maker, entries, set_name))
    click.echo(f"{len(entries)} posts in {out / PLAN}")
    if len(entries) < count:
        click.echo(f"There were not {count}: the metadata has no more of them.")


@main.command()
@click.option("--model", default=DEFAULT_MODEL, show_default=True, type=_PATH)
@click.argument("folder", type=_PATH)
@click.option("--width", default=None, type=click.IntRange(64, 4096), help="Default: the model's.")
@click.option("--height", default=None, type=click.IntRange(64, 4096), help="Default: the model's.")
@click.option("--steps", default=None, type=click.IntRange(1, 150), help="Default: the model's.")
@click.option("--guidance-scale", default=None, type=float, help="Default: the model's own.")
@click.option("--sam3", default=None, type=_PATH, help="Folder of SAM 3; else Koma's own masks.")
@click.option("--detector", default=DEFAULT_MODEL / "keypoint_detector", type=_PATH)
@click.option("--config-dir", default=DEFAULT_CONFIGS, type=_PATH, help="For a model in one file.")
@click.option("--licence", default="", help="Of the model, for the card.")
@click.option("--retry", is_flag=True, help="Try again what failed before.")
@click.option("--limit", default=None, type=click.IntRange(1), help="Only so many posts.")
@_plainly
def images(folder: Path, **options: Any) -> None:
    """Draw the references of the plan in FOLDER; write masks, skeletons, shards and the card."""
    from core.dataset.build import BuildOptions, build_set
    from core.dataset.progress import ImageProgress

    with ImageProgress() as progress:
        result = build_set(folder, BuildOptions(**options), progress.show)
    progress.report(result)


@main.command("unpack")
@click.argument("folder", type=_PATH)
@click.option("--out", required=True, type=_PATH, help="Folder to train on.")
@_TAXONOMY
@_plainly
def unpack_command(folder: Path, out: Path, taxonomy: Path) -> None:
    """Write the set in FOLDER as the folder of pictures that core.training trains on."""
    from core.dataset.progress import PictureProgress
    from core.dataset.taxonomy_file import load_taxonomy
    from core.dataset.unpack import unpack

    with PictureProgress() as progress:
        written, left_out = unpack(folder, out, load_taxonomy(taxonomy), progress.show)
    click.echo(f"{written} pictures in {out}; {left_out} left out, which have no skeleton.")


@main.command("taxonomy")
@_TAXONOMY
@_plainly
def taxonomy_command(taxonomy: Path) -> None:
    """Check the taxonomy and print what it holds."""
    from core.dataset.progress import print_taxonomy
    from core.dataset.taxonomy_file import load_taxonomy

    print_taxonomy(load_taxonomy(taxonomy))


@main.command()
@click.argument("metadata", nargs=-1, required=True, type=_PATH)
@click.option("--top", default=100, show_default=True, type=click.IntRange(1, 100_000))
@_TAXONOMY
@_plainly
def unplaced(metadata: tuple[Path, ...], top: int, taxonomy: Path) -> None:
    """Print the most frequent general tags of METADATA that the taxonomy does not place."""
    from core.dataset.progress import print_unplaced
    from core.dataset.taxonomy_file import load_taxonomy
    from core.dataset.unplaced import count_tags

    print_unplaced(count_tags(metadata, load_taxonomy(taxonomy)), top)
