"""The rules of the style sheet; every colour and size is a `$token` of `style_sheet.tokens`."""

from __future__ import annotations

_FRAME = """
QMainWindow, QDialog, QMessageBox, QWizard { background: $surface; }
QMainWindow::separator { background: $ground; width: 4px; height: 4px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $ground; }
QSplitter::handle:horizontal { width: 4px; }
QSplitter::handle:vertical { height: 4px; }
QSplitter::handle:hover { background: $accent; }
QAbstractScrollArea { border: none; background: $surface; }
QScrollArea > QWidget > QWidget { background: $surface; }
QFrame[role="surface"] { background: $surface; border: none; }
QFrame[role="card"] {
    background: $raised; border: 1px solid $hairline; border-radius: $radius_card;
}
QFrame[role="hairline"] { background: $hairline; border: none; }
QToolTip {
    background: $floating; color: $text; border: 1px solid $edge; padding: 4px 8px;
}
QStatusBar { background: $surface; color: $quiet_text; border-top: 1px solid $hairline; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $quiet_text; padding: 0 8px; }
QStatusBar QLabel[role="light"] { padding: 0 0 0 12px; }
QSizeGrip { width: 0; height: 0; }

QDockWidget {
    color: $quiet_text; font-size: $quiet_px; font-weight: 600; text-transform: uppercase;
    letter-spacing: 0.6px;
    titlebar-close-icon: $image_close; titlebar-normal-icon: $image_float;
}
QDockWidget::title {
    background: $surface; padding: 8px 12px 6px 12px; text-align: left;
}
QDockWidget > QWidget { background: $surface; }
QDockWidget::close-button, QDockWidget::float-button {
    border: none; border-radius: $radius_field; padding: 0; icon-size: 14px;
}
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: $hover; }
"""

_TEXT = """
QLabel { background: transparent; }
QLabel[role="title"] { font-size: $title_px; font-weight: 600; color: $text; }
QLabel[role="quiet"] { font-size: $quiet_px; color: $quiet_text; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="danger"] { color: $danger; }
QLabel[role="dock"] {
    color: $quiet_text; font-size: $quiet_px; font-weight: 600; text-transform: uppercase;
    letter-spacing: 0.6px;
}
QLabel:disabled { color: $faint_text; }
QGroupBox {
    border: none; border-top: 1px solid $hairline; margin-top: 20px; padding-top: 8px;
}
QGroupBox::title {
    subcontrol-origin: margin; subcontrol-position: top left; padding: 0 0 4px 0;
    color: $quiet_text;
}
"""

_MENUS = """
QMenuBar { background: $surface; border-bottom: 1px solid $hairline; padding: 0 4px; }
QMenuBar::item { background: transparent; padding: 5px 9px; border-radius: $radius_field; }
QMenuBar::item:selected { background: $hover; }
QMenuBar::item:pressed { background: $pressed; }
QMenuBar::item:disabled { color: $faint_text; }
QMenu { background: $floating; border: 1px solid $edge; padding: 4px; }
QMenu::item {
    background: transparent; padding: 5px 24px 5px 12px; border-radius: $radius_field;
    min-width: 96px;
}
QMenu::item:selected { background: $floating_hover; }
QMenu::item:disabled { color: $faint_text; background: transparent; }
QMenu::icon { padding-left: 6px; }
QMenu::icon:checked { background: $chosen; border-radius: $radius_field; }
QMenu::separator { height: 1px; background: $edge; margin: 4px 8px; }
QMenu::indicator { width: 14px; height: 14px; padding-left: 6px; }
QMenu::indicator:checked { image: $image_tick; }
QMenu::right-arrow { image: $image_right; width: 14px; height: 14px; }
"""

_TOOLBARS = """
QToolBar {
    background: $surface; border: none; border-bottom: 1px solid $hairline;
    padding: 4px 8px; spacing: 4px; qproperty-iconSize: 18px 18px;
}
QToolBar::separator { background: $hairline; width: 1px; margin: 6px 4px; }
QToolBar::separator:vertical { height: 1px; width: auto; margin: 4px 6px; }
QToolBar::handle { width: 0; height: 0; }
QToolBar QToolButton { padding: 5px; }
QToolButton {
    background: transparent; color: $text; border: 1px solid transparent;
    border-radius: $radius_card; padding: 4px;
}
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $pressed; }
QToolButton:checked { background: $chosen; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $faint_text; background: transparent; }
QToolButton[popupMode="1"] { padding-right: 18px; }
QToolButton[popupMode="2"] { padding-right: 16px; }
QToolButton::menu-button { border: none; width: 16px; border-radius: $radius_card; }
QToolButton::menu-button:hover { background: $pressed; }
QToolButton::menu-arrow { image: $image_down; width: 14px; height: 14px; }
QToolButton::menu-indicator {
    image: $image_down; width: 14px; height: 14px;
    subcontrol-origin: padding; subcontrol-position: center right; right: 2px;
}
QToolButton[role="section"] {
    border: none; border-radius: 0; padding: 8px 8px; font-weight: 600; text-align: left;
    border-top: 1px solid $hairline;
}
QToolButton[role="section"]:checked { background: transparent; }
QToolButton[role="section"]:hover { background: $hover; }
QToolButton[role="section"]:focus { color: $accent; }
QToolButton[role="icon"] { padding: 3px; }
QToolButton[role="quiet"] { font-size: $quiet_px; color: $quiet_text; padding: 0 16px 0 4px; }
QToolButton[role="chip"] {
    font-size: $quiet_px; background: $raised; border-color: $edge; padding: 1px 6px;
}
QToolButton[role="chip"]:hover { background: $raised_hover; border-color: $edge_hover; }
QToolButton[role="chip"]:pressed { background: $raised_pressed; }
QToolButton[role="chip"]:focus { border-color: $accent; }
QToolButton[role="primary"] {
    background: $accent; color: $on_accent; font-weight: 600; padding: 5px 12px;
}
QToolButton[role="primary"][popupMode="1"] { padding-right: 34px; }
QToolButton[role="primary"]:hover { background: $accent_hover; }
QToolButton[role="primary"]:pressed { background: $accent_pressed; }
QToolButton[role="primary"]:disabled { background: $raised; color: $faint_text; }
QToolButton[role="primary"]::menu-button {
    width: 22px; border-left: 1px solid $accent_pressed;
    border-top-left-radius: 0; border-bottom-left-radius: 0;
}
QToolButton[role="primary"]::menu-button:hover { background: $accent_pressed; }
QToolButton[role="primary"]::menu-button:disabled { border-left-color: $hairline; }
QToolButton[role="primary"]::menu-arrow { image: $image_down_on_accent; }
QToolButton[role="primary"]::menu-arrow:disabled { image: $image_down_faint; }
QToolButton[role="segment-first"], QToolButton[role="segment-last"] {
    background: $raised; border: 1px solid $edge; padding: 4px 12px; color: $quiet_text;
}
QToolButton[role="segment-first"] {
    border-top-right-radius: 0; border-bottom-right-radius: 0;
}
QToolButton[role="segment-last"] {
    border-top-left-radius: 0; border-bottom-left-radius: 0; border-left: none;
}
QToolButton[role="segment-first"]:hover, QToolButton[role="segment-last"]:hover {
    background: $raised_hover; color: $text;
}
QToolButton[role="segment-first"]:checked, QToolButton[role="segment-last"]:checked {
    background: $chosen; color: $text;
}
QToolButton[role="segment-first"]:focus, QToolButton[role="segment-last"]:focus {
    border: 1px solid $accent;
}
"""

_BUTTONS = """
QPushButton {
    background: $raised; color: $text; border: 1px solid $edge; border-radius: $radius_card;
    padding: 5px 14px; min-height: 16px; min-width: 40px;
}
QPushButton:hover { background: $raised_hover; border-color: $edge_hover; }
QPushButton:pressed, QPushButton:checked { background: $raised_pressed; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $faint_text; border-color: $hairline; }
QPushButton[role="primary"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
QPushButton[role="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="primary"]:pressed { background: $accent_pressed; }
QPushButton[role="primary"]:focus { border-color: $text; }
QPushButton[role="primary"]:disabled {
    background: $raised; color: $faint_text; border-color: $hairline;
}
QPushButton[role="danger"] { color: $danger; }
QPushButton[role="flat"] { background: transparent; border-color: transparent; color: $accent; }
QPushButton[role="flat"]:hover { background: $hover; }
QPushButton[role="flat"]:pressed { background: $pressed; }
QPushButton[role="flat"]:focus { border-color: $accent; }
QPushButton[role="flat"]:disabled { color: $faint_text; }
QPushButton::menu-indicator {
    image: $image_down; width: 14px; height: 14px; subcontrol-position: center right; right: 6px;
}

QCheckBox, QRadioButton { spacing: 8px; background: transparent; padding: 2px 0; }
QCheckBox:disabled, QRadioButton:disabled { color: $faint_text; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 14px; height: 14px; background: $raised; border: 1px solid $edge_hover;
}
QCheckBox::indicator, QGroupBox::indicator, QAbstractItemView::indicator {
    border-radius: $radius_field;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $quiet_text; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked, QCheckBox::indicator:indeterminate,
QRadioButton::indicator:checked { background: $accent; border-color: $accent; }
QCheckBox::indicator:checked { image: $image_check; }
QCheckBox::indicator:indeterminate { image: $image_partly; }
QRadioButton::indicator:checked { image: $image_dot; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {
    background: $surface; border-color: $edge;
}
QCheckBox::indicator:checked:disabled, QRadioButton::indicator:checked:disabled {
    background: $thumb; border-color: $edge;
}
QCheckBox:focus, QRadioButton:focus { outline: none; color: $text; }
"""

_FIELDS = """
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QKeySequenceEdit,
QTimeEdit, QDateEdit {
    background: $raised; color: $text; border: 1px solid $edge; border-radius: $radius_field;
    selection-background-color: $accent; selection-color: $on_accent;
    placeholder-text-color: $quiet_text;
}
QLineEdit, QComboBox { padding: 3px 7px; min-height: 18px; }
QSpinBox, QDoubleSpinBox { padding: 3px 0; min-height: 18px; }
QPlainTextEdit, QTextEdit { padding: 2px 3px; }
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover,
QComboBox:hover { border-color: $edge_hover; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QComboBox:focus, QComboBox:on { border-color: $accent; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QSpinBox:disabled,
QDoubleSpinBox:disabled, QComboBox:disabled {
    color: $faint_text; background: $surface; border-color: $hairline;
    placeholder-text-color: $faint_text;
}
QLineEdit:read-only, QPlainTextEdit[readOnly="true"] { background: $surface; }
QLineEdit[role="flat"] { background: transparent; border-color: transparent; }
QLineEdit[role="flat"]:hover { border-color: $edge; }
QLineEdit[role="flat"]:focus { background: $raised; border-color: $accent; }
QLineEdit[role="search"] {
    background: transparent; border: none; font-size: $title_px; padding: 8px 10px;
}
QListView[role="floating"] { background: transparent; }
QListView[role="completion"] {
    background: $floating; border: 1px solid $edge; border-radius: $radius_field; padding: 4px;
}
QListView[role="field"] {
    background: $raised; border: 1px solid $edge; border-radius: $radius_field; padding: 2px;
}
QListView[role="field"]:focus { border-color: $accent; }
QSpinBox::up-button, QDoubleSpinBox::up-button {
    subcontrol-origin: border; subcontrol-position: top right; width: 16px; border: none;
    margin: 2px 2px 0 0;
}
QSpinBox::down-button, QDoubleSpinBox::down-button {
    subcontrol-origin: border; subcontrol-position: bottom right; width: 16px; border: none;
    margin: 0 2px 2px 0;
}
QSpinBox::up-button:hover, QDoubleSpinBox::up-button:hover,
QSpinBox::down-button:hover, QDoubleSpinBox::down-button:hover { background: $raised_pressed; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: $image_up; width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {
    image: $image_down; width: 10px; height: 10px;
}
QSpinBox::up-arrow:disabled, QDoubleSpinBox::up-arrow:disabled,
QSpinBox::up-arrow:off, QDoubleSpinBox::up-arrow:off { image: $image_up_faint; }
QSpinBox::down-arrow:disabled, QDoubleSpinBox::down-arrow:disabled,
QSpinBox::down-arrow:off, QDoubleSpinBox::down-arrow:off { image: $image_down_faint; }
QComboBox { combobox-popup: 0; }
QComboBox::drop-down {
    subcontrol-origin: padding; subcontrol-position: center right; width: 20px; border: none;
}
QComboBox::down-arrow { image: $image_down; width: 14px; height: 14px; }
QComboBox::down-arrow:hover { image: $image_down_bright; }
QComboBox::down-arrow:disabled { image: $image_down_faint; }
QComboBox QAbstractItemView {
    background: $floating; color: $text; border: 1px solid $edge; padding: 4px; outline: none;
    selection-background-color: $floating_hover; selection-color: $text;
}
QComboBox QAbstractItemView::item {
    padding: 4px 8px; border-radius: $radius_field; min-height: 18px;
}
QComboBox QAbstractItemView::item:selected { background: $floating_hover; color: $text; }

QSlider { background: transparent; }
QSlider::groove:horizontal { height: 3px; background: $thumb; border-radius: 1px; }
QSlider::groove:vertical { width: 3px; background: $thumb; border-radius: 1px; }
QSlider::sub-page:horizontal, QSlider::add-page:vertical {
    background: $accent; border-radius: 1px;
}
QSlider::handle {
    background: $text; border: 2px solid $surface; border-radius: 7px;
}
QSlider::handle:horizontal { width: 10px; height: 10px; margin: -6px 0; }
QSlider::handle:vertical { width: 10px; height: 10px; margin: 0 -6px; }
QSlider::handle:hover, QSlider::handle:focus, QSlider::handle:pressed { background: $accent; }
QSlider::handle:disabled { background: $faint_text; }
QSlider::sub-page:disabled, QSlider::add-page:vertical:disabled { background: $thumb; }

QProgressBar {
    background: $raised_pressed; border: none; border-radius: 2px; color: transparent;
    min-height: 4px; max-height: 4px;
}
QProgressBar::chunk { background: $accent; border-radius: 2px; }
"""

_VIEWS = """
QAbstractItemView {
    background: $surface; color: $text; outline: none; border: none;
    selection-background-color: $chosen; selection-color: $text;
    alternate-background-color: $surface;
}
QListView::item, QTreeView::item, QTableView::item { padding: 4px 8px; }
QListView::item { border-radius: $radius_card; }
QListView::item:hover, QTreeView::item:hover { background: $hover; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {
    background: $chosen; color: $text;
}
QListView::item:disabled, QTreeView::item:disabled { color: $faint_text; }
QTreeView::branch { background: transparent; }
QTreeView::branch:has-children:closed { image: $image_right; }
QTreeView::branch:has-children:open { image: $image_down; }
QHeaderView { background: $surface; }
QHeaderView::section {
    background: $surface; color: $quiet_text; border: none; border-bottom: 1px solid $hairline;
    padding: 5px 8px; font-size: $quiet_px;
}
QTableView { gridline-color: $hairline; }
QTableCornerButton::section { background: $surface; border: none; }

QTabWidget::pane { border: none; border-top: 1px solid $hairline; top: -1px; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $quiet_text; border: none; padding: 7px 12px 6px 12px;
    border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { color: $accent; }
QTabBar::tab:disabled { color: $faint_text; }
QTabBar::close-button { image: $image_close; }
QTabBar::close-button:hover { image: $image_close_bright; }
QTabBar QToolButton { background: $surface; border-radius: 0; padding: 0; }
QToolBox::tab { background: $surface; color: $text; padding: 6px; }

QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $thumb; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $thumb_hover; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
"""

# Last of all: fields are scroll areas and lists too, and the later rule wins.
RULES = (_FRAME, _VIEWS, _TEXT, _MENUS, _TOOLBARS, _BUTTONS, _FIELDS)
