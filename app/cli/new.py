"""koma new: an empty project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import resources
from app.cli.options import FILE, new_project_path
from app.cli.root import workplace_options
from app.workplace import SHIPPED_MODEL, Workplace
from core.document import PAGE_FORMATS, Document, Page, ReadingDirection, random_id
from core.document.edits import add_page, apply_layout, set_title, update_settings
from core.document.layouts import LayoutTemplate, load_templates
from core.errors import BadInput
from core.storage import Project, save_project

MAX_PAGES = 500


@click.command()
@click.argument("project", type=FILE, metavar="PROJECT.koma")
@click.option("--title", default="", help="Title of the book.")
@click.option("--pages", type=click.IntRange(1, MAX_PAGES), default=1, show_default=True)
@click.option("--layout", default="four-panels", show_default=True, help="Panels of each page.")
@click.option(
    "--reading-direction", type=click.Choice(["rtl", "ltr", "vertical"]), default="rtl",
    show_default=True, help="rtl as in manga.",
)  # fmt: skip
@click.option(
    "--format", "page_format", type=click.Choice(list(PAGE_FORMATS)), default="b5",
    show_default=True, help="Size of the printed page.",
)  # fmt: skip
@click.option("--model", default=SHIPPED_MODEL, show_default=True, help="Model to draw with.")
@workplace_options
@click.pass_obj
def new(
    workplace: Workplace,
    project: Path,
    title: str,
    pages: int,
    layout: str,
    reading_direction: ReadingDirection,
    page_format: str,
    model: str,
) -> None:
    """Begin a project with empty pages."""
    path = new_project_path(project)
    template = _template(layout)
    document = Document(reading_direction=reading_direction, page_format=PAGE_FORMATS[page_format])
    document = update_settings(set_title(document, title), **_settings(workplace, model))
    for _ in range(pages):
        page = Page(random_id("page"))
        document = apply_layout(add_page(document, page), page.id, template)
    save_project(Project(document), path)
    click.echo(path)


def _template(name: str) -> LayoutTemplate:
    templates = {template.id: template for template in load_templates(resources.path("layouts"))}
    if name not in templates:
        known = ", ".join(templates)
        raise BadInput(f"There is no layout “{name}”. Choose one of these: {known}.")
    return templates[name]


def _settings(workplace: Workplace, model: str) -> dict[str, Any]:
    """What the model is best drawn with; the defaults where the shipped one is not installed."""
    installed = {info.id for info in workplace.catalogue().base_models}
    if model == SHIPPED_MODEL and model not in installed:
        return {"model_id": model}
    info = workplace.base_model(model)
    return {
        "model_id": info.id,
        "steps": info.default_steps,
        "guidance_scale": info.default_guidance_scale,
        "base_px": info.native_px,
    }
