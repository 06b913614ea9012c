"""A set's original references as the folder of pictures that `core.training` trains on.

images/ID.png, tags/ID.txt, masks/ID.png, poses/ID.json and identity_tags.txt (docs/training.md).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.dataset.plan import ORIGINAL
from core.dataset.reader import DatasetReader, StoredReference
from core.dataset.taxonomy import Cluster, Taxonomy
from core.errors import BadInput
from core.files import write_atomically
from core.geometry import Raster
from core.pose import Pose
from core.pose.openpose_json import write_openpose
from core.storage.images import encode_png

LOOKS = "identity_tags.txt"


def unpack(
    source: Path, out: Path, taxonomy: Taxonomy, on_picture: Callable[[int, int], None]
) -> tuple[int, int]:
    """How many pictures were written, and how many left out because they have no skeleton.

    Tags are the training prompt's. `identity_tags.txt`, written last, names those of them that say
    how a figure looks: attribute type and patterns. Raises BadInput for a folder that holds
    something else, StorageFailed for a disk that does not take it.
    """
    if out.exists() and any(out.iterdir()) and not (out / "images").is_dir():
        raise BadInput(f"{out} holds something else. Choose an empty folder.")
    written = left_out = 0
    looks: set[str] = set()
    with DatasetReader(source) as data:
        for number, sample in enumerate(data):
            reference = sample.references.get(ORIGINAL)
            if reference is None or reference.keypoints is None:
                left_out += 1
            else:
                _write(out, f"{sample.id:010d}", reference, sample.training_prompt)
                looks |= _looks(sample.training_prompt, taxonomy)
                written += 1
            on_picture(number + 1, len(data))
    if not written:
        raise BadInput(f"The set in {source} has no picture with a skeleton to train on.")
    lines = "".join(f"{tag}\n" for tag in sorted(looks))
    write_atomically(out / LOOKS, lambda file: file.write(lines.encode()))
    return written, left_out


def _write(out: Path, name: str, reference: StoredReference, prompt: str) -> None:
    height, width = reference.mask.shape
    assert reference.keypoints is not None
    pose = write_openpose([Pose.from_array(reference.keypoints)], width, height)
    files = {
        f"masks/{name}.png": encode_png(Raster.from_array(reference.mask)),
        f"tags/{name}.txt": (prompt + "\n").encode(),
        f"poses/{name}.json": pose.encode(),
        f"images/{name}.png": encode_png(Raster.from_array(reference.image)),
    }
    for place, data in files.items():
        write_atomically(out / place, lambda file, data=data: file.write(data))


def _looks(prompt: str, taxonomy: Taxonomy) -> set[str]:
    found: set[str] = set()
    for text in prompt.split(", "):
        place = taxonomy.place(text)
        if place is not None:
            group = taxonomy.groups[place.group]
            if group.kind == "attribute" or group.cluster is Cluster.PATTERN:
                found.add(text)
    return found
