"""The errors of this package: each is one sentence that says what was wrong and what to do."""

from __future__ import annotations


class LogsError(ValueError):
    """Logs, or a file of logs, that cannot be used as they are."""

    def _render_traceback_(self) -> list[str]:
        """Jupyter shows the sentence alone: the reader's code is not at fault."""
        return [f"{type(self).__name__}: {self}"]


class LogsMissingError(LogsError):
    """Real logs that are not on this computer; the sentence names the command that gets them."""


class DownloadError(LogsError):
    """A download that could not be finished; nothing that is wrong was kept."""


class NoSpaceError(DownloadError):
    """The disk is too full; what was downloaded so far is fine."""
