"""Names for gestures: all edits that carry one name become one undo step."""

from __future__ import annotations

import uuid


def new_gesture_id() -> str:
    return uuid.uuid4().hex
