"""The list of drawn figures that drift from their references."""

from widgets.check_view.check_view import CheckRow, CheckView

__all__ = ["CheckRow", "CheckView"]
