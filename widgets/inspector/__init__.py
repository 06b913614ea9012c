"""The inspector: what is selected, field by field."""

from widgets.inspector.inspector import Inspector
from widgets.inspector.selection import AdapterChoice, ModelChoice, Selection

__all__ = ["AdapterChoice", "Inspector", "ModelChoice", "Selection"]
