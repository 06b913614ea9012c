"""The project file: a document and its pictures in one *.koma."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from core.document import Document
from core.document.assets import document_assets
from core.document.checks import check_document
from core.errors import BadInput
from core.storage.archive import check_assets, read_archive, write_archive
from core.storage.assets import AssetStore, MemoryAssets
from core.storage.migrations import SCHEMA_VERSION, migrated
from core.storage.schema import from_json, to_json

JSON_NAME = "project.json"
SUFFIX = ".koma"


@dataclass(frozen=True, slots=True)
class Project:
    """A document and the store that holds its pictures."""

    document: Document
    assets: AssetStore = field(default_factory=MemoryAssets)


def load_project(path: Path) -> Project:
    """Read a project file of this or an older version.

    Raises BadInput with one sentence for anything else: damaged, unsafe, newer, a picture missing.
    """
    payload, assets = read_archive(path, JSON_NAME)
    document = from_json(Document, migrated(payload, path.name), path.name)
    try:
        check_document(document)
    except BadInput as error:
        raise BadInput(
            f"{path.name} cannot be used: {error}", code=error.code, details=error.details
        ) from error
    check_assets(document_assets(document), assets)
    return Project(document, assets)


def save_project(project: Project, path: Path) -> None:
    """Write the document and those pictures that it still uses; the former file becomes .bak.

    Raises StorageFailed where the file cannot be written and BadInput for a document that could not
    be read again; either way the former file is as it was.
    """
    check_document(project.document)
    needed = document_assets(project.document)
    check_assets(needed, project.assets)
    payload = {"schema_version": SCHEMA_VERSION, "document": to_json(project.document)}
    write_archive(path, JSON_NAME, payload, project.assets, needed)
