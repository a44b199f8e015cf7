"""Downloads, against a server on this machine that does what networks do."""

from __future__ import annotations

import hashlib
import io
import shutil
import socket
import tarfile
import threading
import time
import zipfile
from collections import namedtuple
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.world.logs import SOURCES, DownloadError, LogsError, get, load
from mavrs_course.world.logs import download as downloading
from mavrs_course.world.logs.archives import install
from mavrs_course.world.logs.download import download
from mavrs_course.world.logs.sources import RemoteFile

BODY = np.random.default_rng(0).bytes(100_000)
Asked = namedtuple("Asked", "path range if_range")


class Server(ThreadingHTTPServer):
    """Serves ``files`` (path -> bytes), each request as the next of ``manners`` says.

    When the manners are used up it behaves.  ``asked`` lists the requests it got.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.manners, self.asked, self.etag = {}, [], [], '"one"'

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        headers = self.headers
        self.server.asked.append(Asked(self.path, headers.get("Range"), headers.get("If-Range")))
        manner = self.server.manners.pop(0) if self.server.manners else behave
        manner(self, self.server.files.get(self.path.lstrip("/")))

    def start(self, status, length=None, **headers):
        self.send_response(status)
        headers |= {"Content-Length": str(length)} if length is not None else {}
        headers |= {"ETag": self.server.etag} if self.server.etag else {}
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def first_byte(self):
        """The byte asked for, 0 if the client's version of the file is not ours."""
        wanted = self.headers.get("Range")
        same = self.headers.get("If-Range", self.server.etag) == self.server.etag
        return int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and same else 0

    def log_message(self, *args):
        pass


def behave(handler, body, send=None):
    """A good server: whole files, the rest of files, 404 and 416."""
    if body is None:
        return handler.start(404, 0)
    first = handler.first_byte()
    if first >= len(body):
        return handler.start(416, 0, Content_Range=f"bytes */{len(body)}")
    rest = body[first:]
    if first:
        span = f"bytes {first}-{len(body) - 1}/{len(body)}"
        handler.start(206, len(rest), Content_Range=span)
    else:
        handler.start(200, len(rest))
    (send or handler.wfile.write)(rest)


def cut_after(count):
    """Promise everything, send ``count`` bytes and hang up."""
    return lambda handler, body: behave(
        handler, body, lambda rest: handler.wfile.write(rest[:count])
    )


def deaf(manner=behave):
    """Take no notice of Range."""

    def serve(handler, body):
        del handler.headers["Range"]
        manner(handler, body)

    return serve


def slowly(handler, body):
    def send(rest):
        for start in range(0, len(rest), 5_000):
            handler.wfile.write(rest[start : start + 5_000])
            handler.wfile.flush()
            time.sleep(0.01)

    behave(handler, body, send)


def corrupt(handler, body):
    behave(handler, body[:50_000] + b"\0\0" + body[50_002:])


def status(code):
    return lambda handler, body: handler.start(code, 0)


def too_short(handler, body):
    """Say that the file ends early."""
    behave(handler, body[:60_000])


def without_length(handler, body):
    handler.start(200)
    handler.wfile.write(body)


def wrong_part(handler, body):
    handler.start(206, 10, Content_Range=f"bytes 0-9/{len(body)}")
    handler.wfile.write(body[:10])


@pytest.fixture(scope="module", autouse=True)
def quick():
    """No long waits between tries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(downloading, "FIRST_WAIT", 0.001)
        patch.setattr(downloading, "TIMEOUT", 5.0)
        yield


@pytest.fixture
def server():
    server = Server()
    server.files["file.bin"] = BODY
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def fetch(server, folder, **options):
    return download(server.url("file.bin"), folder / "file.bin", **options)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def ranges(server):
    return [asked.range for asked in server.asked]


def check_md5(part):
    if hashlib.md5(part.read_bytes()).digest() != hashlib.md5(BODY).digest():
        raise DownloadError("wrong")


# --- one file


def test_a_file_arrives_whole_and_alone(server, tmp_path):
    assert fetch(server, tmp_path).read_bytes() == BODY
    assert names_in(tmp_path) == ["file.bin"]


def test_a_slow_server_is_waited_for_and_progress_reported(server, tmp_path):
    server.manners = [slowly]
    seen = []
    fetch(server, tmp_path, report=lambda done, total: seen.append((done, total)))
    done = [done for done, _ in seen]
    assert len(seen) >= 10
    assert done == sorted(set(done))
    assert seen[-1] == (len(BODY), len(BODY))
    assert {total for _, total in seen} == {len(BODY)}


def test_a_cut_connection_is_taken_up_where_it_ended(server, tmp_path):
    server.manners = [cut_after(50_000), cut_after(20_000)]
    assert fetch(server, tmp_path).read_bytes() == BODY
    assert ranges(server) == [None, "bytes=50000-", "bytes=70000-"]


def test_an_interrupted_download_resumes_when_it_is_run_again(server, tmp_path):
    def interrupt(done, total):
        raise KeyboardInterrupt

    server.manners = [cut_after(50_000)]
    with pytest.raises(KeyboardInterrupt):
        fetch(server, tmp_path, report=interrupt)
    arrived = (tmp_path / "file.bin.part").stat().st_size
    assert 0 < arrived <= 50_000
    assert not (tmp_path / "file.bin").exists()
    assert fetch(server, tmp_path).read_bytes() == BODY
    assert ranges(server)[-1] == f"bytes={arrived}-"


def test_a_download_given_up_resumes_when_it_is_run_again(server, tmp_path):
    server.manners = [cut_after(40_000)] + [cut_after(0)] * downloading.TRIES
    with pytest.raises(DownloadError, match=r"did not arrive: .* cut; .*; what arrived is kept$"):
        fetch(server, tmp_path)
    assert len(server.asked) == 1 + downloading.TRIES
    assert "file.bin" not in names_in(tmp_path)
    assert fetch(server, tmp_path).read_bytes() == BODY
    assert ranges(server)[-1] == "bytes=40000-"


def test_a_server_that_ignores_ranges_is_read_from_the_start(server, tmp_path):
    server.manners = [cut_after(50_000), deaf()]
    assert fetch(server, tmp_path).read_bytes() == BODY
    assert ranges(server) == [None, "bytes=50000-"]


def test_a_server_that_ignores_ranges_and_always_cuts_is_given_up(server, tmp_path):
    server.manners = [deaf(cut_after(50_000))] * 100
    with pytest.raises(DownloadError, match="did not arrive"):
        fetch(server, tmp_path)
    assert len(server.asked) == 1 + downloading.TRIES


def test_a_server_that_sends_another_part_is_asked_for_everything(server, tmp_path):
    server.manners = [cut_after(50_000), wrong_part]
    assert fetch(server, tmp_path).read_bytes() == BODY
    assert ranges(server) == [None, "bytes=50000-", None]


def test_a_file_that_changed_meanwhile_is_not_mixed_with_its_old_part(server, tmp_path):
    server.manners = [cut_after(50_000)] + [status(503)] * downloading.TRIES
    with pytest.raises(DownloadError, match=r"busy or broken \(HTTP 503\)"):
        fetch(server, tmp_path)
    server.files["file.bin"], server.etag = BODY[::-1], '"two"'
    assert fetch(server, tmp_path).read_bytes() == BODY[::-1]
    assert server.asked[-1].if_range == '"one"'


def test_a_part_that_is_complete_is_not_fetched_again(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(BODY)
    assert fetch(server, tmp_path, verify=check_md5).read_bytes() == BODY
    assert ranges(server) == [f"bytes={len(BODY)}-"]


def test_a_part_that_is_too_long_is_thrown_away(server, tmp_path):
    (tmp_path / "file.bin.part").write_bytes(BODY + b"more")
    assert fetch(server, tmp_path, verify=check_md5).read_bytes() == BODY


def test_a_server_may_keep_the_length_to_itself(server, tmp_path):
    server.manners = [without_length]
    totals = set()
    fetch(server, tmp_path, report=lambda done, total: totals.add(total))
    assert (tmp_path / "file.bin").read_bytes() == BODY
    assert totals == {None}


def test_a_busy_server_is_asked_again(server, tmp_path):
    server.manners = [status(500), status(429)]
    assert fetch(server, tmp_path).read_bytes() == BODY
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("code", "problem"), [(404, "not there any more"), (410, "not there"), (403, "refused")]
)
def test_a_server_that_says_no_is_believed_at_once(server, tmp_path, code, problem):
    server.manners = [status(code)]
    with pytest.raises(DownloadError, match=rf"file\.bin .*{problem}.*HTTP {code}") as caught:
        fetch(server, tmp_path)
    assert "\n" not in str(caught.value)
    assert len(server.asked) == 1
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("manner", [corrupt, too_short])
def test_wrong_bytes_are_not_kept(server, tmp_path, manner):
    server.manners = [manner]
    with pytest.raises(DownloadError, match="wrong"):
        fetch(server, tmp_path, verify=check_md5)
    assert names_in(tmp_path) == []
    assert fetch(server, tmp_path, verify=check_md5).read_bytes() == BODY
    assert ranges(server) == [None, None]


def test_no_network_is_one_plain_sentence(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/file.bin"
        with pytest.raises(DownloadError, match=r"127\.0\.0\.1 cannot be reached") as caught:
            download(url, tmp_path / "file.bin")
    assert str(caught.value).endswith("check the network and run it again")
    assert "\n" not in str(caught.value)


def test_a_full_disk_is_noticed_before_anything_is_written(server, tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")(10**6, 10**6 - 10, 10)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(DownloadError, match=r"0\.1 MB are needed in .* and 0\.0 MB are free"):
        fetch(server, tmp_path)
    assert "file.bin" not in names_in(tmp_path)


def test_a_folder_that_cannot_be_written_to_is_told(server, tmp_path):
    (tmp_path / "folder").write_text("a file where the folder should be")
    with pytest.raises(DownloadError, match="cannot be written to"):
        fetch(server, tmp_path / "folder")


@given(
    cuts=st.lists(st.tuples(st.integers(0, 120_000), st.booleans()), max_size=6),
)
@settings(deadline=None, max_examples=25)
def test_whatever_is_cut_and_ignored_the_file_is_whole_or_absent(tmp_path_factory, cuts):
    folder = tmp_path_factory.mktemp("cuts")
    server = Server()
    server.files["file.bin"] = BODY
    server.manners = [cut_after(n) if honest else deaf(cut_after(n)) for n, honest in cuts]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        assert fetch(server, folder, verify=check_md5).read_bytes() == BODY
    except DownloadError:
        assert len(server.asked) >= downloading.TRIES
        assert "file.bin" not in names_in(folder)
    finally:
        server.shutdown()
        server.server_close()


# --- a whole source


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


ARCHIVE = zipped(
    {
        "ml-latest-small/ratings.csv": "userId,movieId,rating,timestamp\n1,1,4.0,9\n2,1,3.0,8\n",
        "ml-latest-small/movies.csv": "movieId,title,genres\n1,Toy Story (1995),Comedy\n",
        "__MACOSX/ml-latest-small/._movies.csv": "junk",
    }
)


@pytest.fixture
def source(server, tmp_path, monkeypatch):
    """MovieLens latest-small, if it were two ratings at an address on this machine."""
    monkeypatch.delenv("MAVRS_DATA", raising=False)
    for module in ("store", "official"):
        monkeypatch.setattr(
            f"mavrs_course.world.logs.{module}.cache_folder", lambda: tmp_path / "cache"
        )
    server.files["toy.zip"] = ARCHIVE
    md5 = hashlib.md5(ARCHIVE).hexdigest()
    server.files["toy.zip.md5"] = f"MD5 (toy.zip) = {md5}\n".encode()
    toy = replace(
        SOURCES["movielens-latest-small"], name="toy", files=(RemoteFile(server.url("toy.zip")),)
    )

    def use(**checksum):
        file = RemoteFile(server.url("toy.zip"), **checksum)
        monkeypatch.setitem(SOURCES, "toy", replace(toy, files=(file,)))

    use(md5=md5)
    toy_use = namedtuple("Toy", "use md5 cache")
    return toy_use(use, md5, tmp_path / "cache")


def yes(**options):
    return get("toy", accept_licence=True, progress=False, **options)


def test_get_downloads_unpacks_and_load_finds_it(source):
    folder = yes()
    assert names_in(folder) == ["movies.csv", "ratings.csv"]
    assert load("toy").titles == ["Toy Story (1995)"]
    assert names_in(source.cache) == ["downloads", "ml-latest-small"]
    assert names_in(source.cache / "downloads") == []


def test_get_does_nothing_the_second_time(source, server):
    assert yes() == yes()
    assert len(server.asked) == 1


def test_get_leaves_logs_in_mavrs_data_alone(source, server, tmp_path, monkeypatch):
    (tmp_path / "mine" / "ml-latest-small").mkdir(parents=True)
    monkeypatch.setenv("MAVRS_DATA", str(tmp_path / "mine"))
    assert yes() == tmp_path / "mine" / "ml-latest-small"
    assert not server.asked


def test_the_licence_is_shown_first_and_must_be_accepted(source, server, capsys):
    with pytest.raises(LogsError, match="licence of MovieLens latest-small was not accepted"):
        get("toy")
    shown = capsys.readouterr().out
    assert "Licence: For research." in shown
    assert "doi:10.1145/2827872" in shown
    assert not server.asked


def test_the_licence_may_be_asked_for(source, server):
    questions = []
    get("toy", accept_licence=lambda question: not questions.append(question), progress=False)
    assert questions == ["Do you accept the licence of MovieLens latest-small?"]
    assert len(server.asked) == 1


def test_a_progress_bar_is_drawn(source, capsys):
    get("toy", accept_licence=True)
    assert "toy.zip" in capsys.readouterr().out


def test_a_wrong_checksum_says_what_came_and_keeps_nothing(source, server):
    server.manners = [lambda handler, body: behave(handler, body[:-1] + b"\xff")]
    with pytest.raises(DownloadError) as caught:
        yes()
    got = hashlib.md5(ARCHIVE[:-1] + b"\xff").hexdigest()
    for told in ("toy.zip", got, source.md5, "published", "nothing was kept", "run it again"):
        assert told in str(caught.value)
    assert names_in(source.cache / "downloads") == []
    assert load_fails()
    yes()
    assert len(load("toy")) == 2


def load_fails():
    with pytest.raises(LogsError, match="mavrs data get toy"):
        load("toy")
    return True


def test_an_interrupted_get_resumes(source, server):
    server.manners = [cut_after(100)] + [cut_after(0)] * downloading.TRIES
    with pytest.raises(DownloadError, match="did not arrive"):
        yes()
    assert load_fails()
    yes()
    assert ranges(server)[-1] == "bytes=100-"
    assert len(load("toy")) == 2


def test_a_checksum_kept_beside_the_file_is_fetched_and_held_to(source, server):
    source.use(md5_url=server.url("toy.zip.md5"))
    server.manners = [behave, lambda handler, body: behave(handler, body[:-1] + b"\xff")]
    with pytest.raises(DownloadError, match=source.md5):
        yes()
    yes()
    assert [asked.path for asked in server.asked] == ["/toy.zip.md5", "/toy.zip"] * 2


def test_a_checksum_file_without_a_checksum_is_not_trusted(source, server):
    source.use(md5_url=server.url("toy.zip.md5"))
    server.files["toy.zip.md5"] = b"<html>Moved</html>"
    with pytest.raises(DownloadError, match=r"toy\.zip\.md5 holds no MD5 checksum"):
        yes()
    assert load_fails()


def test_without_a_published_checksum_the_first_download_is_remembered(source, server):
    source.use()
    shutil.rmtree(yes())
    server.files["toy.zip"] = zipped({"ml-latest-small/other.csv": "changed"})
    with pytest.raises(DownloadError, match="the one of the first download is"):
        yes()
    server.files["toy.zip"] = ARCHIVE
    yes()
    assert len(load("toy")) == 2


@pytest.mark.parametrize("text", ["{half", "[1]"])
def test_a_damaged_memory_of_checksums_is_named(source, server, text):
    source.use()
    folder = yes()
    shutil.rmtree(folder)
    (folder.parent / "checksums.json").write_text(text)
    with pytest.raises(DownloadError, match=r"checksums\.json is damaged; delete it"):
        yes()


def test_what_does_not_fit_unpacked_waits_for_room(source, server, monkeypatch):
    source.use()
    server.files["toy.zip"] = zipped({"ml-latest-small/big.csv": "0" * 100_000})
    usage = namedtuple("usage", "total used free")(10**6, 0, 10_000)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda folder: usage)
        with pytest.raises(DownloadError, match="make room and run it again"):
            yes()
    assert load_fails()
    assert names_in(yes()) == ["big.csv"]
    assert len(server.asked) == 1


def test_a_damaged_archive_is_fetched_again(source, server):
    source.use()
    server.files["toy.zip"] = ARCHIVE[:100]
    with pytest.raises(DownloadError, match=r"toy\.zip could not be unpacked"):
        yes()
    assert names_in(source.cache / "downloads") == []


def test_files_that_are_no_archives_are_put_in_the_folder(source, server, monkeypatch):
    tables = {"MicroLens-50k_pairs.csv": "user,item,timestamp\n1,2,3000\n"}
    tables["MicroLens-50k_titles.csv"] = "item,title\n2,Waves\n"
    server.files |= {name: text.encode() for name, text in tables.items()}
    files = tuple(RemoteFile(server.url(name)) for name in tables)
    monkeypatch.setitem(SOURCES, "microlens", replace(SOURCES["microlens"], files=files))
    get("microlens", accept_licence=True, progress=False)
    assert load("microlens").titles == ["Waves"]


# --- archives


def tarred(*members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def put(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_tar_is_unpacked_without_its_outer_folder(tmp_path):
    members = [(tarfile.TarInfo("Outer/data/log.csv"), b"a,b\n"), (tarfile.TarInfo("Outer/x"), b"")]
    install([put(tmp_path, "pack.tar.gz", tarred(*members))], tmp_path / "logs")
    assert (tmp_path / "logs" / "data" / "log.csv").read_bytes() == b"a,b\n"
    assert names_in(tmp_path) == ["logs", "pack.tar.gz"]


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/etc/evil", "C:/evil", "..\\evil"])
@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_an_archive_that_would_write_elsewhere_is_refused_whole(tmp_path, name, kind):
    if kind == "zip":
        content = zipped({"fine.csv": "fine", name: "evil"})
    else:
        content = tarred((tarfile.TarInfo("fine.csv"), b"fine"), (tarfile.TarInfo(name), b"evil"))
    archive = put(tmp_path, f"pack.{kind}", content)
    with pytest.raises(DownloadError, match="would write outside its folder"):
        install([archive], tmp_path / "logs")
    assert names_in(tmp_path) == [archive.name]


def test_a_tar_with_a_link_is_refused(tmp_path):
    link = tarfile.TarInfo("passwords")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with pytest.raises(DownloadError, match="holds a link, 'passwords'"):
        install([put(tmp_path, "pack.tar.gz", tarred((link, b"")))], tmp_path / "logs")
    assert names_in(tmp_path) == ["pack.tar.gz"]


@pytest.mark.parametrize("name", ["pack.zip", "pack.tar.gz"])
@pytest.mark.parametrize("part", [slice(0, 40), slice(40, None)])
def test_a_damaged_archive_leaves_nothing(tmp_path, name, part):
    whole = ARCHIVE if name.endswith("zip") else tarred((tarfile.TarInfo("x"), BODY))
    archive = put(tmp_path, name, whole[part])
    with pytest.raises(DownloadError, match=r"pack\..* could not be unpacked"):
        install([archive], tmp_path / "logs")
    assert names_in(tmp_path) == [name]


def test_an_archive_too_large_for_the_disk_is_refused(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")(10, 0, 10)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(DownloadError, match="make room"):
        install([put(tmp_path, "pack.zip", zipped({"big": BODY}))], tmp_path / "logs")
    assert names_in(tmp_path) == ["pack.zip"]
