"""Run All, as JupyterLab asks for it (all cells at once): a failed check stops no other cell."""

from __future__ import annotations

from jupyter_client.manager import start_new_kernel

CHECK = """from mavrs_course.course.checking import CheckFailed
raise CheckFailed("Exercise 01.1: not started yet")"""
CAUGHT = """try:
    raise CheckFailed("Exercise 01.2: not started yet")
except CheckFailed:
    pass"""


def replies(client, cells: list[str]) -> list[str]:
    """The kernel's answers to cells that all wait at once."""
    asked = [client.execute(cell, stop_on_error=True) for cell in cells]
    heard = {}
    while not heard.keys() >= set(asked):
        message = client.get_shell_msg(timeout=120)
        heard[message["parent_header"]["msg_id"]] = message["content"]["status"]
    return [heard[one] for one in asked]


def test_run_all_goes_on_past_a_failed_check_and_past_nothing_else():
    manager, client = start_new_kernel()
    try:
        assert replies(client, [CHECK, "1", CHECK, "2"]) == ["error", "ok", "error", "ok"]
        assert replies(client, [CAUGHT, "1 / 0", "2"]) == ["ok", "error", "aborted"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
