"""koma panel: what a panel shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.cli.options import project_argument
from app.cli.root import workplace_options
from app.posing import placed_poses, preset_names, read_pose
from core.document import Document, Figure, Page, Panel, random_id, reading_order
from core.document.edits import add_figure, remove_figure, set_pose, update_panel
from core.errors import BadInput
from core.storage import Project, load_project, save_project


@click.command(
    epilog="Poses that come with Koma: " + ", ".join(preset_names()) + ".",
)
@project_argument
@click.option("--page", required=True, type=int, help="Number of the page, from 1.")
@click.option("--panel", "number", required=True, type=int, help="Number in reading order, from 1.")
@click.option("--prompt", help="What is seen, in tags.")
@click.option("--negative-prompt", help="What shall not be seen.")
@click.option("--seed", type=int)
@click.option("--steps", type=int)
@click.option("--guidance-scale", type=float)
@click.option("--pose-conditioning-scale", type=float, help="How strictly poses are followed.")
@click.option("--puppet-scale", type=float, help="How closely the references' pixels are kept.")
@click.option("--figure", "figures", multiple=True, metavar="NAME", help="A character; repeat it.")
@click.option(
    "--pose", "poses", multiple=True, metavar="FILE|PRESET",
    help="OpenPose JSON or a preset for each figure, in their order.",
)  # fmt: skip
@click.option("--clear-figures", is_flag=True, help="Take the figures out first.")
@workplace_options
def panel(
    project: Path,
    page: int,
    number: int,
    figures: tuple[str, ...],
    poses: tuple[str, ...],
    clear_figures: bool,
    **fields: Any,
) -> None:
    """Set prompt, seed and figures of a panel.

    Figures stand side by side, the first one where reading begins. A character that is in the
    panel already takes the new pose.
    """
    loaded = load_project(project)
    target = _panel(loaded.document, _page(loaded.document, page), number)
    given = {name: value for name, value in fields.items() if value is not None}
    document = update_panel(loaded.document, target.id, **given)
    if clear_figures:
        for figure in target.figures:
            document = remove_figure(document, target.id, figure.id)
    document = _with_figures(document, target.id, figures, poses)
    save_project(Project(document, loaded.assets), project)


def _page(document: Document, number: int) -> Page:
    if not 1 <= number <= len(document.pages):
        raise BadInput(f"The project has the pages 1 to {len(document.pages)}, not {number}.")
    return document.pages[number - 1]


def _panel(document: Document, page: Page, number: int) -> Panel:
    panels = reading_order(page, document.reading_direction)
    if not 1 <= number <= len(panels):
        raise BadInput(f"The page has the panels 1 to {len(panels)}, not {number}.")
    return panels[number - 1]


def _with_figures(
    document: Document, panel_id: str, names: tuple[str, ...], poses: tuple[str, ...]
) -> Document:
    """Raises BadInput for unknown names, and where poses and figures do not match."""
    if not names and not poses:
        return document
    if len(set(names)) != len(names):
        raise BadInput("A character is named twice. Name each one once.")
    by_name = {character.name: character.id for character in document.characters}
    for name in names:
        if name not in by_name:
            known = ", ".join(by_name) or "none yet"
            raise BadInput(f"There is no character {name}. The project has: {known}.")
    bounds = document.panel(panel_id).polygon.bounds
    rtl = document.reading_direction == "rtl"
    files = [read_pose(pose) for pose in poses]
    placed = placed_poses(files, len(names), bounds, rtl=rtl)
    for name, pose in zip(names, placed, strict=True):
        present = {f.character_id: f.id for f in document.panel(panel_id).figures}
        if by_name[name] in present:
            document = set_pose(document, panel_id, present[by_name[name]], pose)
        else:
            figure = Figure(random_id("figure"), by_name[name], pose)
            document = add_figure(document, panel_id, figure)
    return document
