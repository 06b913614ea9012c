"""Project files, their assets, and pictures from the artist's disk. Files are not trusted."""

from core.storage.assets import (
    AssetStore,
    FolderAssets,
    MemoryAssets,
    get_image,
    put_image,
    put_mask,
)
from core.storage.images import decode_png, encode_png, read_image, read_mask
from core.storage.migrations import SCHEMA_VERSION
from core.storage.project import Project, load_project, save_project

__all__ = [
    "SCHEMA_VERSION",
    "AssetStore",
    "FolderAssets",
    "MemoryAssets",
    "Project",
    "decode_png",
    "encode_png",
    "get_image",
    "load_project",
    "put_image",
    "put_mask",
    "read_image",
    "read_mask",
    "save_project",
]
