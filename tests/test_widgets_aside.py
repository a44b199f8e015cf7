"""A figure that is drawn in one thread takes nothing from what a kernel does in another."""

from __future__ import annotations

import threading
import time

import pytest
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import HTML, display
from jupyter_client.manager import start_new_kernel

from mavrs_course.widgets.aside import kept_aside


class Kernels(DisplayPublisher):
    """A kernel's publisher, as far as its shell calls it."""

    def set_parent(self, parent):
        self.about = parent

    def publish(self, data, *rest, **named):
        self.__dict__.setdefault("sent", []).append(data["text/plain"])


@pytest.fixture
def publisher():
    shell = InteractiveShell.instance()
    shell.display_pub = publisher = Kernels()
    yield publisher
    InteractiveShell.clear_instance()


def in_another_thread(function, *inputs):
    thread = threading.Thread(target=function, args=inputs)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


def test_what_is_drawn_is_kept_and_the_rest_goes_on(publisher):
    shell = InteractiveShell.instance()
    with kept_aside() as (shown, printed):
        display(HTML("<b>drawn</b>"))
        print("words")
        in_another_thread(lambda: shell.display_pub.set_parent("a cell's"))
        in_another_thread(lambda: shell.display_pub.publish({"text/plain": "theirs"}))
    assert [data["text/html"] for data in shown] == ["<b>drawn</b>"]
    assert printed.getvalue() == "words\n"
    assert publisher.about == "a cell's" and publisher.sent == ["theirs"]
    assert shell.display_pub is publisher


def test_two_figures_are_drawn_one_after_the_other(publisher):
    found = {}

    def draw(name):
        with kept_aside() as (shown, _):
            for _ in range(50):
                display(HTML(name))
        found[name] = [data["text/html"] for data in shown]

    threads = [threading.Thread(target=draw, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == {name: [name] * 50 for name in "abcd"}
    assert InteractiveShell.instance().display_pub is publisher


def test_an_error_puts_the_publisher_back(publisher):
    with pytest.raises(ZeroDivisionError), kept_aside():
        1 / 0  # noqa: B018
    assert InteractiveShell.instance().display_pub is publisher


def test_without_ipython_there_is_only_what_is_printed():
    with kept_aside() as (shown, printed):
        print("words")
    assert shown == [] and printed.getvalue() == "words\n"


def test_a_kernel_takes_messages_while_a_figure_is_drawn(tmp_path):
    """As JupyterLab has it: the widget in a thread of its own, cells in the main one."""
    drawing, enough = tmp_path / "drawing", tmp_path / "enough"
    draw = (
        "import pathlib, time\n"
        "from mavrs_course.widgets.aside import kept_aside\n"
        "with kept_aside():\n"
        f"    pathlib.Path({str(drawing)!r}).touch()\n"
        f"    while not pathlib.Path({str(enough)!r}).exists():\n"
        "        time.sleep(0.01)\n"
    )
    manager, client = start_new_kernel(startup_timeout=300)
    try:
        client.control_channel.send(client.session.msg("create_subshell_request", {}))
        made = client.get_control_msg(timeout=120)["content"]
        asked = {"code": draw, "silent": False, "store_history": False, "allow_stdin": False}
        message = client.session.msg("execute_request", asked | {"user_expressions": {}})
        message["header"]["subshell_id"] = made["subshell_id"]
        client.shell_channel.send(message)
        while not drawing.exists():
            time.sleep(0.01)
        number = client.kernel_info()
        assert client.get_shell_msg(timeout=120)["parent_header"]["msg_id"] == number
    finally:
        enough.touch()
        client.stop_channels()
        manager.shutdown_kernel(now=True)
