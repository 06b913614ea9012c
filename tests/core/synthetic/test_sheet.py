from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from core.synthetic.__main__ import main
from core.synthetic.sheet import SHEETS, contact_sheet


@pytest.mark.parametrize("name", ["hair", "groups", "styles"])
def test_a_sheet_has_whole_rows(name: str) -> None:
    sheet = contact_sheet(name, size_px=32)
    assert sheet.shape[1] == SHEETS[name][1] * 32
    assert sheet.shape[0] % (32 + 14) == 0
    assert sheet.std() > 20


def test_the_command_writes_a_picture(tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    main(["sheet", "--out", str(out), "--what", "patterns", "--size", "32"])
    picture = cv2.imread(str(out))
    assert picture is not None and picture.shape[1] == SHEETS["patterns"][1] * 32


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="choose another file"):
        main(
            ["sheet", "--out", str(tmp_path / "no" / "x.png"), "--what", "patterns", "--size", "16"]
        )
