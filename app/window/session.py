"""One window with everything behind it: made, connected, opened, closed."""

from __future__ import annotations

import base64
from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import QByteArray, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.analysis_thread import AnalysisThread
from app.autosave import Autosave
from app.background import SerialRunner
from app.best_of import BestOf
from app.consistency_watch import ConsistencyWatch
from app.crash import CrashGuard, improper_end
from app.document_controller import Change, DocumentController
from app.engine_thread import EngineState, EngineThread
from app.error_texts import translated
from app.examiner import Examiner
from app.file_actions import FileActions
from app.file_dialogs import FileDialogs, WindowFileDialogs
from app.garbage import GarbageCollector
from app.instances import Instances
from app.notifications import Notifications, error_notification
from app.puppet_thread import PuppetThread
from app.recent_files import RecentFiles
from app.render_controller import RenderController
from app.settings import Settings, changed_settings, load_or_reset_settings, save_settings
from app.stale_watch import StaleWatch
from app.window.check_controller import CheckController
from app.window.commands import WindowCommands
from app.window.export_controller import ExportController
from app.window.inspector_controller import InspectorController
from app.window.library_controller import LibraryController
from app.window.main_window import STATE_VERSION, MainWindow
from app.window.model_folders import ModelFolders
from app.window.page_controller import PageController
from app.window.path_chooser import DialogPathChooser, PathChooser
from app.window.pose_controller import PoseController
from app.window.recovery_controller import RecoveryController
from app.window.region_controller import RegionController
from app.window.render_actions import RenderActions
from app.window.state import WindowState
from app.window.tags_controller import TagsController
from app.window.theme import ThemeKeeper
from app.workplace import SHIPPED_MODEL, Workplace
from core.checkpoints.catalogue import ModelInfo
from core.document import Document
from core.errors import KomaError
from core.geometry import Raster
from core.storage import get_image

NEWS_MS = 3000
ENGINE_PAUSE_MS = 150  # the window is painted and takes input before torch is imported


class WindowSession(QObject):
    """The composition root of the window. `close` ends every thread."""

    def __init__(
        self,
        workplace: Workplace,
        *,
        file_dialogs: FileDialogs | None = None,
        paths: PathChooser | None = None,
    ) -> None:
        super().__init__()
        self.workplace = workplace
        self.notifications = Notifications(self)
        self.settings = self._read_settings()
        self.themes = ThemeKeeper(_application(), self)
        self.themes.use(self.settings.theme)
        self.controller = DocumentController(self)
        self.state = WindowState(self)
        self.window = MainWindow(self._load)
        self.paths = paths or DialogPathChooser(self.window, self._first_folder)
        self._make_threads()
        self._make_files(file_dialogs or WindowFileDialogs(self.window))
        self._make_controllers()
        self.commands = WindowCommands(self)
        self._connect()
        self._garbage = GarbageCollector(self, self._is_held)
        self._garbage.start()
        self._closed = False
        self._model_id = ""  # of the project that is open
        self._file_news = ""
        self._given_up = False  # the artist was asked about unsaved changes

    def _make_threads(self) -> None:
        threads = self.settings.engine_threads or None
        self.engine = EngineThread(
            lambda: self.workplace.make_engine(ModelFolders(self.workplace)), threads, self,
            Examiner(self.workplace.encoder, SHIPPED_MODEL, self.workplace.taxonomy_folder),
        )  # fmt: skip
        self.watch = StaleWatch(self)
        self.puppets = PuppetThread(self)
        self.analysis = AnalysisThread(self.workplace, self)
        self.renders = RenderController(
            self.controller, self.engine, self._model_of, self, self.watch
        )
        self.consistency = ConsistencyWatch(self.controller, self.renders, self.engine, self)
        self.best_of = BestOf(self.controller, self.renders, self.engine, self.watch, self)

    def _make_files(self, dialogs: FileDialogs) -> None:
        self.instances = Instances(self.workplace.autosave_folder)
        self.recent = RecentFiles(self.workplace.recent_file, self)
        self.files = FileActions(
            self.controller, self.workplace, dialogs, self.recent, self,
            last_folder=self._first_folder(),
        )  # fmt: skip
        self.autosave = Autosave(
            self.controller, self.workplace.autosave_folder, self.instances,
            self.settings.autosave_minutes, self,
        )  # fmt: skip
        self.crash_guard = CrashGuard(self.workplace.log_file, self)
        self.runner = SerialRunner("koma-window", self)

    def _make_controllers(self) -> None:
        window, controller, state = self.window, self.controller, self.state
        self.pages = PageController(controller, state, window.view, window.strip, self._load, self)
        self.poses = PoseController(
            controller, state, self.renders, self.puppets, window.view, window.pose_grid,
            self.paths, lambda: self.settings.draft_after_edit, self,
        )  # fmt: skip
        self.regions = RegionController(
            controller, state, self.renders, self.analysis, window.view, window.region_bar, self
        )
        self.library = LibraryController(
            controller, self.analysis, window.library, self.paths, window
        )
        self.inspector = InspectorController(
            controller, state, window.inspector, self.paths, self._is_held, self
        )
        self.tags = TagsController(
            controller, self.runner, self.notifications, self.workplace.taxonomy_folder, self
        )
        self.render_actions = RenderActions(
            controller, state, self.renders, window.view, window.queue, window
        )
        self.checks = CheckController(
            controller, state, self.consistency, self.best_of, window, self
        )
        self.exports = ExportController(controller, state, self._project_folder, window)
        self.recovery = RecoveryController(self.files, self.autosave, window)

    def _connect(self) -> None:
        window, controller = self.window, self.controller
        window.may_close = self._may_close
        window.open_file = lambda path: self.files.open(Path(path))
        self.pages.pose_chosen.connect(self.poses.give_pose)
        window.view.images_dropped.connect(self.library.add_pictures)
        self.inspector.region_wanted.connect(self.regions.mark_for_figure)
        self.inspector.redraw_wanted.connect(self.render_actions.panel)
        self.state.page_changed.connect(self.renders.show_page)
        self.state.page_changed.connect(self.consistency.show_page)
        self.best_of.said.connect(partial(self.notifications.say, "info"))
        self.checks.begun.connect(partial(window.dock("queue").setVisible, True))
        self.checks.count_changed.connect(self._keep_best_of)
        self.checks.about_to_render.connect(self._take_what_is_typed)
        self.engine.state_changed.connect(self._on_engine_state)
        self.renders.rows_changed.connect(self._show_jobs)
        self.render_actions.begun.connect(partial(window.dock("queue").setVisible, True))
        self.render_actions.nothing_to_do.connect(self._say_nothing_to_do)
        self.notifications.changed.connect(self._show_notification)
        window.notification_bar.closed.connect(self.notifications.close_current)
        controller.edit_refused.connect(partial(self.notifications.say, "warning"))
        self.renders.notes.connect(partial(self.notifications.say, "info"))
        self.files.noticed.connect(self.notifications.push)
        for signal in (self.files.about_to_save, self.exports.about_to_export):
            signal.connect(self._take_what_is_typed)
        self.render_actions.about_to_render.connect(self._take_what_is_typed)
        self.files.busy_changed.connect(self._show_file_work)
        self.files.saved.connect(self._say_saved)
        self.files.last_folder_changed.connect(self._remember_folder)
        self.autosave.failed.connect(partial(self.notifications.say, "warning"))
        self.crash_guard.noticed.connect(self.notifications.push)
        for signal in (controller.modified_changed, controller.path_changed):
            signal.connect(self._show_title)
        controller.document_changed.connect(self._show_title)
        controller.document_changed.connect(self._follow_quality)
        controller.document_changed.connect(self._follow_model)
        window.view.zoom_changed.connect(self._show_zoom)
        window.view.hint_changed.connect(window.status_line.show_hint)

    def start(self, path: Path | None = None) -> None:
        """Show the window on a project, None = the sample; the engine starts after that."""
        self.crash_guard.start()
        self.instances.begin()
        self._restore_window()
        self.checks.set_count(self.settings.best_of)
        self.find_models()
        if path is None or not self.files.open(path):
            self._open_something()
        self.window.show()
        self.window.view.setFocus()
        self._tell_of_last_time()
        QTimer.singleShot(ENGINE_PAUSE_MS, self._start_threads)

    def close(self) -> None:
        """Keep the window's place and end everything. The artist is not asked any more: what is
        not saved, and was not given up, stays as a safety copy.
        """
        if self._closed:
            return
        self._closed = True
        self._keep_window()
        self.exports.close()
        self.recovery.close()
        self.library.close_editor()
        self.files.wait()
        self.runner.wait()
        self.autosave.close(keep=not self._given_up)
        self.consistency.stop()
        for thread in (self.puppets, self.analysis, self.watch, self.engine):
            thread.stop()
        self.instances.end()
        self.crash_guard.stop()
        self.tags.stop()
        self.themes.stop()
        self._garbage.stop()
        self.window.close()
        self.window.deleteLater()

    def apply_settings(self, settings: Settings) -> None:
        """Use and keep other settings; what needs a new start is said."""
        before, self.settings = self.settings, settings
        self._save_settings()
        self.themes.use(settings.theme)
        self.autosave.set_minutes(settings.autosave_minutes)
        if settings.model_folders != before.model_folders:
            self.find_models()
            self.renders.look_for_models()
        if (settings.language, settings.engine_threads) != (before.language, before.engine_threads):
            self.notifications.say("info", self.tr("The change takes effect at the next start."))

    def _keep_best_of(self, count: int) -> None:
        self.settings = changed_settings(self.settings, best_of=count)
        self._save_settings()

    def _follow_model(self, _: Change) -> None:
        """A project may name its model by a path that no model folder holds."""
        model_id = self.controller.document.settings.model_id
        if model_id != self._model_id:
            self._model_id = model_id
            if Path(model_id).is_absolute():
                self.find_models()

    def find_models(self) -> None:
        """Look at the model folders again; a folder that is gone is told."""
        try:
            models: tuple[ModelInfo, ...] = self.workplace.base_models(self._model_id)
        except KomaError as error:
            self.notifications.push(error_notification(error))
            models = ()
        self.inspector.set_models(models)
        self.tags.set_models(models)

    def _is_held(self) -> bool:
        """Whether the hand holds something: a key may as well as a mouse, a finger or a pen."""
        return self.controller.in_gesture or self.poses.layer.is_held

    def _open_something(self) -> None:
        """The sample; where that cannot be had, an empty project, so that there is a page."""
        if not self.files.open_sample():
            self.commands.new()

    def _start_threads(self) -> None:
        if not self._closed:
            self.tags.load()
            for thread in (self.watch, self.puppets, self.analysis, self.engine):
                thread.start()

    def _load(self, digest: str) -> Raster:
        return get_image(self.controller.assets, digest)

    def _model_of(self, document: Document) -> ModelInfo:
        return self.workplace.base_model(document.settings.model_id)

    def _read_settings(self) -> Settings:
        """The defaults where the file is damaged; the artist is told, the file is kept."""
        settings, told = load_or_reset_settings(self.workplace.settings_file)
        if told:
            self.notifications.say("warning", translated(told))
        return settings

    def _save_settings(self) -> None:
        try:
            save_settings(self.settings, self.workplace.settings_file)
        except KomaError as error:
            self.notifications.push(error_notification(error))

    def _first_folder(self) -> Path:
        last = Path(self.settings.last_folder) if self.settings.last_folder else None
        return last if last is not None and last.is_dir() else self.workplace.projects_folder

    def _project_folder(self) -> Path:
        """The folder of the project; of one without a file, where the last one was."""
        path = self.controller.path
        return path.parent if path is not None else self._first_folder()

    def _remember_folder(self, folder: Path) -> None:
        self.settings = changed_settings(self.settings, last_folder=str(folder))

    def _restore_window(self) -> None:
        if self.settings.window_geometry:
            self.window.restoreGeometry(_bytes(self.settings.window_geometry))
        else:
            self.window.open_on(self.window.screen().availableSize())
        state = self.settings.window_state
        if state and self.window.restoreState(_bytes(state), STATE_VERSION):
            self.window.keep_layout()

    def _keep_window(self) -> None:
        self.window.actions_table["hide_docks"].setChecked(False)  # else they stay away for good
        self.settings = changed_settings(
            self.settings,
            window_geometry=_text(self.window.saveGeometry()),
            window_state=_text(self.window.saveState(STATE_VERSION)),
        )
        self._save_settings()

    def _tell_of_last_time(self) -> None:
        """What a crash left behind: unsaved work first, else where the log is."""
        crashed = self.instances.ended_badly()
        if self.recovery.look():
            self.recovery.show()
        elif crashed:
            self.notifications.push(improper_end(self.workplace.log_file))

    def _may_close(self) -> bool:
        if self._closed:
            return True
        if self.exports.busy:
            self.exports.open()
            text = self.tr("Pages are still being written. Wait, or stop the export first.")
            self.notifications.say("warning", text)
            return False
        if not self.files.maybe_save():
            return False
        self._given_up = True
        QTimer.singleShot(0, self._leave)
        return True

    def _leave(self) -> None:
        self.close()
        _application().quit()

    def _take_what_is_typed(self) -> None:
        """A field that still holds text back gives it when it loses the keyboard for a moment."""
        focused = QApplication.focusWidget()
        if focused is None:
            return
        focused.clearFocus()
        if shiboken6.isValid(focused) and focused.isVisible():  # an editor of a list is gone now
            focused.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_engine_state(self, state: EngineState) -> None:
        self.window.status_line.show_engine(state)

    def _show_jobs(self) -> None:
        self.window.status_line.show_jobs(self.renders.active_count, self.renders.seconds_left)

    def _say_nothing_to_do(self) -> None:
        self.notifications.say("info", self.tr("Nothing to draw: every panel is up to date."))

    def _show_file_work(self, text: str) -> None:
        """What is being read or written, while it is."""
        news, self._file_news = self._file_news, ""
        self.window.status_line.showMessage(text or news, 0 if text else NEWS_MS)

    def _say_saved(self, path: Path) -> None:
        """As soon as the line is free."""
        self._file_news = self.tr("{name} is saved").format(name=path.name)

    def _show_notification(self) -> None:
        self.window.notification_bar.show_notification(
            self.notifications.current, self.notifications.waiting
        )

    def _show_title(self, *_: object) -> None:
        title = f"{self.files.project_name}[*] – Koma"
        if self.window.isWindowModified() != self.controller.modified:
            self.window.setWindowModified(self.controller.modified)
        if self.window.windowTitle() != title:
            self.window.setWindowTitle(title)

    def _follow_quality(self, change: Change) -> None:
        """The tool bar begins with what the project says, and follows when that is changed."""
        quality = change.document.settings.quality
        if change.kind == "open" or quality != change.before.settings.quality:
            self.state.set_quality(quality)

    def _show_zoom(self, zoom: float) -> None:
        self.window.zoom_label.setText(f"{round(zoom * 100)} %")


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


def _text(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    return QByteArray(base64.b64decode(text))
