"""What all of Koma's widgets share: the look, and the small parts they are built from."""

from widgets.common.elided_label import ElidedLabel
from widgets.common.empty_state import EmptyState
from widgets.common.flow_layout import FlowLayout
from widgets.common.gestures import new_gesture_id
from widgets.common.icon_button import IconButton
from widgets.common.number_field import NumberField
from widgets.common.roles import Role, hairline, role_label, set_role
from widgets.common.section import Section
from widgets.common.tag_edit import TagEdit
from widgets.common.thumbnail_label import ThumbnailLabel, paint_thumbnail
from widgets.common.wheel_guard import guard_wheel, tidy_spin_box

__all__ = [
    "ElidedLabel",
    "EmptyState",
    "FlowLayout",
    "IconButton",
    "NumberField",
    "Role",
    "Section",
    "TagEdit",
    "ThumbnailLabel",
    "guard_wheel",
    "hairline",
    "new_gesture_id",
    "paint_thumbnail",
    "role_label",
    "set_role",
    "tidy_spin_box",
]
