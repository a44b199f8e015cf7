"""Films of all kinds of containers, whole and damaged: the right frames at the right times."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from mavrs_course.agents.video_understanding.reading import VideoError, read_video
from mavrs_course.agents.video_understanding.spectrogram import SAMPLE_RATE
from mavrs_course.agents.video_understanding.turning import turned

LEVELS = (30, 90, 150, 210)  # of grey, in the four quarters of a film
RATE = 10


def grey(level, height=48, width=64):
    picture = np.full((height, width, 3), level, np.uint8)
    return av.VideoFrame.from_ndarray(picture, format="rgb24")


def pictures_of(container, codec, start, seconds, gop=15):
    stream = container.add_stream(codec, rate=RATE)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    stream.options = {"g": str(gop), "sc_threshold": "0"} if codec == "libx264" else {"g": str(gop)}
    for number in range(seconds * RATE):
        frame = grey(LEVELS[4 * number // (seconds * RATE)])
        frame.pts, frame.time_base = number + start * RATE, Fraction(1, RATE)
        yield from stream.encode(frame)
    yield from stream.encode()


def sounds_of(stream, start, seconds, rate=48_000, layout="mono", size=1152):
    wave = (0.4 * np.sin(np.arange(seconds * rate) / 17)).astype(np.float32)
    channels = 2 if layout == "stereo" else 1
    for at in range(0, len(wave) - size, size):
        piece = np.tile(wave[at : at + size], (channels, 1))
        packed = piece if stream.format.is_planar else piece.T.reshape(1, -1)
        if "s16" in stream.format.name:
            packed = (packed * 32_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(packed, stream.format.name, layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, at + start * rate, Fraction(1, rate)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def film(path, form, *, codec="libx264", sound="mp2", start=0, seconds=20):
    with av.open(str(path), "w", format=form) as container:
        packets = pictures_of(container, codec, start, seconds)
        first = next(packets)
        heard = []
        if sound:
            stream = container.add_stream(sound, rate=48_000, layout="mono")
            size = 1152 if sound == "mp2" else 1024
            heard = list(sounds_of(stream, start, seconds, size=size))
        together = [first, *packets, *heard]
        for packet in sorted(together, key=lambda packet: float(packet.dts * packet.time_base)):
            container.mux(packet)
    return path


def shown(path):
    """The grey of each of the four frames."""
    return read_video(path).pictures.mean(axis=(1, 2, 3))


@pytest.mark.parametrize("start", [0, 95])
@pytest.mark.parametrize(
    ("form", "codec"),
    [("mpegts", "libx264"), ("mpegts", "mpeg2video"), ("matroska", "libx264"), ("flv", "libx264"),
     ("mp4", "libx264"), ("nut", "mpeg4")],
)  # fmt: skip
def test_each_quarter_is_seen_in_each_container_wherever_its_clock_starts(
    tmp_path, form, codec, start
):
    sound = "aac" if form in ("mp4", "flv") else "mp2"
    path = film(tmp_path / "film", form, codec=codec, start=start, sound=sound)
    assert np.abs(shown(path) - LEVELS).max() < 4
    assert read_video(path).seconds == pytest.approx(20, abs=0.5)
    assert len(read_video(path).sound) == 2 * SAMPLE_RATE


def test_a_raw_stream_is_counted(tmp_path):
    path = film(tmp_path / "camera.h264", "h264", sound=None)
    assert np.abs(shown(path) - LEVELS).max() < 4


def damaged(path, kind, at, rng):
    """The same file with one packet overwritten."""
    with av.open(str(path)) as container:
        place, size = next(
            (packet.pos, packet.size)
            for packet in container.demux(getattr(container.streams, kind)[0])
            if packet.pts is not None and packet.pts * packet.time_base >= at
        )
    data = bytearray(path.read_bytes())
    data[place : place + size] = rng.integers(0, 256, size, dtype=np.uint8).tobytes()
    path.write_bytes(data)


@pytest.mark.parametrize(("kind", "at"), [("video", 4.5), ("video", 11), ("audio", 9.5)])
def test_one_damaged_packet_costs_no_more_than_itself(tmp_path, kind, at):
    path = film(tmp_path / "film.mp4", "mp4", sound="aac")
    damaged(path, kind, at, np.random.default_rng(8))
    assert np.abs(shown(path) - LEVELS).max() < 6
    assert len(read_video(path).sound) > 1.9 * SAMPLE_RATE


@pytest.mark.parametrize("after", [(128, 96), (48, 64)])
def test_a_picture_that_changes_its_size(tmp_path, after):
    with av.open(str(tmp_path / "call.mkv"), "w", format="matroska") as container:
        stream = container.add_stream("mpeg4", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for part, (width, height) in enumerate([(64, 48), after]):
            encoder = av.codec.CodecContext.create("mpeg4", "w")
            encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
            encoder.time_base = Fraction(1, RATE)
            packets = []
            for number in range(20):
                frame = grey(LEVELS[2 * part], height, width)
                frame.pts, frame.time_base = number + 20 * part, Fraction(1, RATE)
                packets += encoder.encode(frame)
            for packet in packets + encoder.encode(None):
                packet.stream, packet.time_base = stream, Fraction(1, RATE)
                container.mux(packet)
    try:
        seen = shown(tmp_path / "call.mkv")
    except VideoError:
        return
    assert np.abs(seen - [30, 30, 150, 150]).max() < 5
    assert read_video(tmp_path / "call.mkv").features().present[0, 0]


def test_a_sound_that_changes_from_stereo_to_mono(tmp_path):
    path = tmp_path / "programme.ts"
    with av.open(str(path), "w", format="mpegts") as container:
        packets = list(pictures_of(container, "libx264", 0, 4))
        stream = container.add_stream("mp2", rate=48_000, layout="stereo")
        for part, layout in enumerate(("stereo", "mono")):
            encoder = av.codec.CodecContext.create("mp2", "w")
            encoder.sample_rate, encoder.layout, encoder.format = 48_000, layout, "s16"
            encoder.time_base = Fraction(1, 48_000)
            for packet in sounds_of(encoder, 2 * part, 2, layout=layout):
                packet.stream = stream
                packets.append(packet)
        for packet in sorted(packets, key=lambda packet: float(packet.dts * packet.time_base)):
            container.mux(packet)
    read = read_video(path)
    assert np.abs(read.pictures.mean(axis=(1, 2, 3)) - LEVELS).max() < 4
    assert len(read.sound) > 1.8 * SAMPLE_RATE
    assert min(np.abs(half).max() for half in np.array_split(read.sound, 2)) > 0.1


def test_a_cover_in_front_is_not_the_film(tmp_path):
    with av.open(str(tmp_path / "album.mkv"), "w", format="matroska") as container:
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        packets = list(pictures_of(container, "libx264", 0, 8))
        container.mux(cover.encode(grey(255)))
        container.mux(packets)
        container.mux(cover.encode())
    assert np.abs(shown(tmp_path / "album.mkv") - LEVELS).max() < 4


def test_the_second_sound_is_heard_where_the_first_cannot_be(tmp_path):
    """A telephone writes its sound in space first, which nobody else decodes, then plain sound."""
    path = tmp_path / "phone.mp4"
    with av.open(str(path), "w", format="mp4") as container:
        packets = list(pictures_of(container, "libx264", 0, 6))
        for _ in range(2):
            stream = container.add_stream("aac", rate=48_000, layout="mono")
            packets += list(sounds_of(stream, 0, 6, size=1024))
        container.mux(packets)
    data = path.read_bytes()
    assert data.count(b"mp4a") >= 2
    path.write_bytes(data.replace(b"mp4a", b"apac", 1))
    read = read_video(path)
    assert len(read.sound) == 2 * SAMPLE_RATE and np.abs(read.sound).max() > 0.2


MATRICES = {  # a, b, c, d of the display matrix, and what it makes of a picture
    "as it is": (1, 0, 0, 1, lambda p: p),
    "mirrored": (-1, 0, 0, 1, np.fliplr),
    "upside down": (-1, 0, 0, -1, lambda p: np.rot90(p, 2)),
    "mirrored, upside down": (1, 0, 0, -1, np.flipud),
    "a quarter clockwise": (0, 1, -1, 0, lambda p: np.rot90(p, -1)),
    "a quarter the other way": (0, -1, 1, 0, np.rot90),
    "over the one diagonal": (0, 1, 1, 0, lambda p: p.swapaxes(0, 1)),
    "over the other diagonal": (0, -1, -1, 0, lambda p: np.rot90(p.swapaxes(0, 1), 2)),
}


@pytest.mark.parametrize("kind", MATRICES)
def test_all_eight_ways_up(tmp_path, kind):
    *matrix, expected = MATRICES[kind]
    drawn = np.zeros((48, 64, 3), np.uint8)
    drawn[:24, :32], drawn[:24, 32:] = 220, 110  # two corners tell a mirror from a turn
    with av.open(str(tmp_path / "w.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(drawn, format="rgb24")))
        container.mux(stream.encode())
    data = bytearray((tmp_path / "w.mp4").read_bytes())
    place = data.index(b"tkhd") + 4 + 40  # of a version 0 header
    a, b, c, d = matrix
    values = np.array([a, b, 0, c, d, 0, 0, 0, 0], np.int64) << 16
    values[8] = 1 << 30
    data[place : place + 36] = values.astype(">i4").tobytes()
    (tmp_path / "w.mp4").write_bytes(data)
    seen = read_video(tmp_path / "w.mp4").pictures[0].astype(float)
    assert seen.shape == expected(drawn).shape
    assert np.abs(seen - expected(drawn)).mean() < 8
    assert np.array_equal(turned(drawn, np.array(matrix).reshape(2, 2)), expected(drawn))
