"""A project to begin with: empty pages, and the settings that the model is drawn best with."""

from __future__ import annotations

from typing import Any

import resources
from app.model_settings import recommended
from app.workplace import SHIPPED_MODEL, Workplace
from core.document import PAGE_FORMATS, Document, Page, ReadingDirection, random_id
from core.document.edits import add_page, apply_layout, set_title, update_settings
from core.document.layouts import LayoutTemplate, load_templates
from core.errors import BadInput


def new_document(
    workplace: Workplace,
    layout: LayoutTemplate,
    *,
    title: str = "",
    pages: int = 1,
    reading_direction: ReadingDirection = "rtl",
    page_format: str = "b5",
    model: str = SHIPPED_MODEL,
) -> Document:
    """page_format: a name of `PAGE_FORMATS`.

    Raises BadInput for a model that is not there, a bad title, and a format too small for the
    layout.
    """
    document = Document(reading_direction=reading_direction, page_format=PAGE_FORMATS[page_format])
    document = update_settings(set_title(document, title), **_settings(workplace, model))
    for _ in range(pages):
        page = Page(random_id("page"))
        document = apply_layout(add_page(document, page), page.id, layout)
    return document


def layout_named(name: str) -> LayoutTemplate:
    """One of the layouts that come with Koma. Raises BadInput where there is no such one."""
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
    return {"model_id": info.id, **recommended(info)}
