"""What appears comes in 120 ms, easing out; what the hand moves is never animated.

Motion is off until the application turns it on, which it does where the system does not ask for
less of it: widgets in tests and in pictures for the documentation are at once as they will be.
"""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, Qt, QVariantAnimation
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPixmap, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from widgets.common.palette import current

APPEAR_MS = 120
_PROPERTY = "koma_motion"


def set_motion(on: bool) -> None:
    """Whether anything may move by itself."""
    _application().setProperty(_PROPERTY, on)


def motion_is_on() -> bool:
    return _application().property(_PROPERTY) is True


def hand_is_down() -> bool:
    """Whether a mouse button or a pen is pressed: all time belongs to what it drags."""
    return QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton


def may_move() -> bool:
    """Whether something that appears now may take its time."""
    return motion_is_on() and not hand_is_down()


def appear(widget: QWidget, ground: str = "surface") -> None:
    """Let a widget that was just shown come out of its ground, a colour of the palette.

    The widget is in its place and takes clicks and keys from the beginning.
    """
    if may_move() and widget.isVisible() and widget.parentWidget() is not None:
        Veil(widget, ground)


class Veil(QWidget):
    """Lies over a widget: first its ground, then more and more of its picture, then nothing.

    The widget is painted once for the picture and once at the end. An opacity effect, or a veil
    that lets it shine through, would paint it for each of the frames, which takes up to 27 ms for
    a dock full of fields.
    """

    def __init__(self, over: QWidget, ground: str) -> None:
        super().__init__(over.parentWidget())
        self._over, self._ground = over, ground
        self._share = 0.0
        self._picture: QPixmap | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setDuration(APPEAR_MS)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(self._on_value)
        self._animation.finished.connect(self._end)
        over.installEventFilter(self)
        over.destroyed.connect(self._end)
        self.setGeometry(over.geometry())
        self.show()
        self.raise_()
        self._animation.start()

    @property
    def over(self) -> QWidget:
        return self._over

    def _on_value(self, share: float) -> None:
        if hand_is_down():
            self._end()
        elif share > 0.0:  # not at once: the widget has to take its shape first
            self._picture = self._picture or self._picture_of_it()
            self._share = share
            self.update()

    def _picture_of_it(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self._over.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        self._over.render(picture, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)
        return picture

    def _end(self) -> None:
        self._animation.stop()
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over:
            if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
                self._picture = None
                self.setGeometry(self._over.geometry())
            elif event.type() == QEvent.Type.Hide:
                self._end()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), current().colour(self._ground))
        if self._picture is not None:
            painter.setOpacity(self._share)
            painter.drawPixmap(0, 0, self._picture)
        painter.end()


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
