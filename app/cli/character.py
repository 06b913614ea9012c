"""koma character: a character from a picture."""

from __future__ import annotations

import re
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from app.character_import import (
    find_reference,
    read_reference_mask,
    read_reference_pose,
    skeleton_picture,
    with_reference,
)
from app.cli.options import FILE
from app.cli.root import workplace_options
from app.workplace import Workplace
from core.document import Document
from core.files import write_atomically
from core.geometry import Raster
from core.storage import (
    Project,
    encode_png,
    load_project,
    read_image,
    save_project,
)


@click.command()
@click.argument("image", type=FILE)
@click.option("--name", required=True, help="The character's name.")
@click.option("--project", "-p", required=True, type=FILE, metavar="P.koma")
@click.option("--tags", default="", help='Words for the model, such as "red hair, school uniform".')
@click.option("--mask", type=FILE, help="Subject mask, white = character; found if not given.")
@click.option("--pose", type=FILE, help="Its skeleton as OpenPose JSON; found if not given.")
@workplace_options
@click.pass_obj
def character(
    workplace: Workplace,
    image: Path,
    name: str,
    project: Path,
    tags: str,
    mask: Path | None,
    pose: Path | None,
) -> None:
    """Add a character from a picture, or another picture for a character that is there.

    The mask and the skeleton that were found are written beside the project, for a look.
    """
    loaded = load_project(project)
    picture = read_image(image)
    found = find_reference(
        picture,
        workplace.segmenter,
        workplace.detector,
        None if mask is None else read_reference_mask(mask),
        None if pose is None else read_reference_pose(pose, picture),
    )
    words = tuple(word.strip() for word in tags.split(",") if word.strip())
    reference = found.put(loaded.assets)
    document = with_reference(loaded.document, name.strip(), words, reference)
    stem = _file_stem(document, name.strip())
    looks = (
        (project.with_name(f"{stem}-mask.png"), found.mask.array),
        (project.with_name(f"{stem}-skeleton.png"), skeleton_picture(found)),
    )
    for path, pixels in looks:
        _write_png(path, pixels)
    save_project(Project(document, loaded.assets), project)
    for path, _ in looks:
        click.echo(path)


def _file_stem(document: Document, name: str) -> str:
    """The name as it can stand in a file name; numbered from the second reference on."""
    count = len(next(c for c in document.characters if c.name == name).references)
    safe = re.sub(r'[\x00-\x1f/\\:*?"<>|]', "_", name).strip(". ")[:80] or "character"
    return safe if count == 1 else f"{safe}-{count}"


def _write_png(path: Path, pixels: NDArray[np.uint8]) -> None:
    data = encode_png(Raster.from_array(pixels))
    write_atomically(path, lambda file: file.write(data))
