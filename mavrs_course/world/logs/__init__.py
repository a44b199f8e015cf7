"""Logs of who watched what: one type, readers of real logs, splits, and simulated logs.

logs = load("movielens-100k")
train, test = stratified(logs)
"""

from mavrs_course.world.logs.errors import DownloadError, LogsError, LogsMissingError
from mavrs_course.world.logs.official import get
from mavrs_course.world.logs.simulated import simulated_logs
from mavrs_course.world.logs.sources import SOURCES, Source
from mavrs_course.world.logs.splits import by_time, leave_one_out, stratified
from mavrs_course.world.logs.store import (
    Available,
    available,
    load,
    load_moments,
    load_panel,
    load_structure,
)
from mavrs_course.world.logs.table import Logs

__all__ = [
    "SOURCES",
    "Available",
    "DownloadError",
    "Logs",
    "LogsError",
    "LogsMissingError",
    "Source",
    "available",
    "by_time",
    "get",
    "leave_one_out",
    "load",
    "load_moments",
    "load_panel",
    "load_structure",
    "simulated_logs",
    "stratified",
]
