"""Logs of who watched what: one type, readers of real logs, splits, and simulated logs."""

from mavrs_course.world.logs.errors import DownloadError, LogsError, LogsMissingError
from mavrs_course.world.logs.sources import SOURCES
from mavrs_course.world.logs.splits import stratified
from mavrs_course.world.logs.store import load
from mavrs_course.world.logs.table import Logs

__all__ = [
    "SOURCES",
    "DownloadError",
    "Logs",
    "LogsError",
    "LogsMissingError",
    "load",
    "stratified",
]
