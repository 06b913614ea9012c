"""The inspector: what is selected, field by field."""

from widgets.inspector.inspector import Inspector
from widgets.inspector.selection import ModelChoice, Selection

__all__ = ["Inspector", "ModelChoice", "Selection"]
