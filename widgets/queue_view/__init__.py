"""The render queue: what is drawn, what waits, what failed and what to do about it."""

from widgets.models.job_list_model import JobListModel, JobRow, JobState
from widgets.queue_view.job_layout import JobButton
from widgets.queue_view.queue_view import QueueView

__all__ = ["JobButton", "JobListModel", "JobRow", "JobState", "QueueView"]
