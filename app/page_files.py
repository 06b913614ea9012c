"""Pages as files: PNG and layered PSD in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from core.document import Digest, Document, Page
from core.errors import BadInput, StorageFailed
from core.geometry import Raster
from core.storage import Project, get_image

if TYPE_CHECKING:
    from widgets.painting import LayerNames

Format = Literal["png", "psd"]
Area = Literal["trim", "bleed"]
DEFAULT_DPI = 150.0


def parse_formats(text: str) -> tuple[Format, ...]:
    """From "png,psd". Raises BadInput for anything else."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in get_args(Format)]
    if unknown or not names:
        what = f"“{unknown[0]}”" if unknown else "nothing"
        raise BadInput(f"Koma writes pages as png and psd, not as {what}.", code="bad_format")
    return cast(tuple[Format, ...], tuple(dict.fromkeys(names)))


def parse_pages(text: str | None, document: Document) -> tuple[Page, ...]:
    """From "1-3,5", counted from 1; None = all. Raises BadInput for pages that are not there."""
    if not document.pages:
        raise BadInput("The project has no pages. Add one first.", code="no_pages")
    if text is None:
        return document.pages
    numbers: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not (_is_number(first) and (not dash or _is_number(last))):
            raise BadInput(
                f"“{text}” names no pages. Write them like 1-3 or 2,5.", code="bad_pages"
            )
        low, high = int(first), int(last or first)
        if not 1 <= low <= high <= len(document.pages):
            raise BadInput(
                f"The project has the pages 1 to {len(document.pages)}, not {part.strip()}.",
                code="bad_pages",
            )
        numbers += range(low, high + 1)
    return tuple(document.pages[number - 1] for number in sorted(set(numbers)))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6


def prepare_folder(folder: Path) -> None:
    """Make the folder and see that it takes files, before minutes are spent on drawing.

    Raises StorageFailed where it does not.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".koma-probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise StorageFailed(
            f"The folder {folder} cannot be written. Choose another one.", details=repr(error)
        ) from error


def write_pages(
    project: Project,
    pages: Sequence[Page],
    folder: Path,
    formats: Sequence[Format],
    dpi: float = DEFAULT_DPI,
    area: Area = "trim",
    names: LayerNames | None = None,
) -> list[Path]:
    """Write `page-001.png`, `page-001.psd` ... and return the paths.

    names: of the layers, None = English. Each file is written completely or not at all. Raises
    StorageFailed where the folder takes no more, BadInput where the pages would be too large.
    """
    # Qt is slow to import and only needed here.
    from core.export import write_png, write_psd
    from widgets.painting import page_layers

    document = project.document

    def read(digest: Digest) -> Raster:
        return get_image(project.assets, digest)

    written: list[Path] = []
    for page in pages:
        layers = page_layers(document, page, lru_cache(64)(read), dpi, area=area, names=names)
        name = f"page-{document.pages.index(page) + 1:03d}"
        for file_format in formats:
            write = write_png if file_format == "png" else write_psd
            written.append(write(layers, folder / f"{name}.{file_format}"))
    return written
