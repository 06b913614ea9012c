"""Messages that lie over the window's lower edge and go by themselves."""

from widgets.notifications.notification import Level, Notification, NotificationAction
from widgets.notifications.notification_bar import SHOWN_MS, NotificationBar

__all__ = ["SHOWN_MS", "Level", "Notification", "NotificationAction", "NotificationBar"]
