"""Exercises of lesson 03, the video understanding agent."""

from __future__ import annotations

import numpy as np

from mavrs_course.course import Case, Exercise, Mistake, Property
from mavrs_course.course.detect import as_if, same_numbers
from mavrs_course.messages import Feedback, Opinion, Request, Slate

# --- 03.1 ------------------------------------------------------------------------------------


def frames_on_screen(times, seconds, count):
    wanted = (np.arange(count) + 0.5) / count * seconds
    return np.maximum(np.searchsorted(times, wanted, side="right") - 1, 0)


def frames_on_screen_with_a_loop(times, seconds, count):
    found = []
    for part in range(count):
        frame = 0
        while frame + 1 < len(times) and times[frame + 1] <= (part + 0.5) * seconds / count:
            frame += 1
        found.append(frame)
    return found


def frames_on_screen_by_comparing(times, seconds, count):
    wanted = seconds * (2 * np.arange(count) + 1) / (2 * count)
    return np.clip((times[None, :] <= wanted[:, None]).sum(axis=1) - 1, 0, None)


def screen_cases(rng):
    def recorded(frames, seconds):
        return np.append(0.0, np.sort(rng.uniform(0, seconds, frames - 1)))

    return [
        Case("a fast start, then one picture stands still",
             (np.array([0.0, 0.1, 0.2, 1.0]), 2.0, 2), np.array([2, 3])),
        Case("a frame that appears exactly in the middle of a part",
             (np.array([0.0, 0.25, 0.5, 0.75, 1.0]), 2.0, 4), np.array([1, 3, 4, 4])),
        Case("one frame, shown all the time", (np.array([0.0]), 3.0, 4), np.array([0, 0, 0, 0])),
        Case("a picture that comes late",
             (np.array([0.6, 0.7, 1.9]), 2.0, 4), np.array([0, 1, 1, 1])),
        Case("forty frames at a steady rate", (np.arange(40) / 20, 2.0, 4)),
        Case("thirty frames of a screen recorder, ten seconds", (recorded(30, 10.0), 10.0, 6)),
        Case("two hundred frames, an hour", (recorded(200, 3600.0), 3600.0, 8)),
    ]  # fmt: skip


def by_number(times, seconds, count):
    return ((np.arange(count) + 0.5) / count * len(times)).astype(int)


def by_number_ends(times, seconds, count):
    return np.linspace(0, len(times) - 1, count).astype(int)


def _on_screen(wanted, side="right", back=1):
    def answer(times, seconds, count):
        place = np.searchsorted(times, wanted(seconds, count), side=side) - back
        return np.clip(place, 0, len(times) - 1)

    return answer


def _middles(seconds, count):
    return (np.arange(count) + 0.5) / count * seconds


def _starts(seconds, count):
    return np.arange(count) / count * seconds


def _to_the_end(seconds, count):
    return np.linspace(0, seconds, count)


def nearest_in_time(times, seconds, count):
    return np.abs(times[None] - _middles(seconds, count)[:, None]).argmin(axis=1)


def last_for_early(times, seconds, count):
    return np.searchsorted(times, _middles(seconds, count), side="right") - 1


def the_times(times, seconds, count):
    return times[frames_on_screen(times, seconds, count)]


_screen = Exercise(
    id="03.1",
    title="What is on screen",
    minutes=12,
    difficulty=1,
    points=2,
    objective="L03.1",
    reference=frames_on_screen,
    cases=screen_cases,
    properties=(
        Property(
            "there is one frame for each part",
            lambda result, times, seconds, count: np.shape(result) == (count,),
            "One frame number for each part is wanted, int[count], also where two parts show the "
            "same frame.",
        ),
        Property(
            "frame numbers are those of the file",
            lambda result, times, seconds, count: bool(
                np.all((np.asarray(result) >= 0) & (np.asarray(result) < len(times)))
            ),
            "A frame number lies outside 0 to len(times) - 1.",
        ),
    ),
    mistakes=(
        Mistake(
            "negative_before_the_first",
            last_for_early,
            "Before the first frame appears you return −1, which as an index means the last frame "
            "of all. Return 0 there: the first picture is the best guess.",
            as_if(last_for_early),
        ),
        Mistake(
            "counted_frames_not_seconds",
            by_number,
            "You spread the frame numbers evenly. Where a recorder skips frames, that looks three "
            "times at the busy second and never at the still minute: spread the times.",
            as_if(by_number, by_number_ends),
        ),
        Mistake(
            "starts_of_parts",
            _on_screen(_starts),
            "These are the frames at the beginning of each part. Its middle says more: the first "
            "moment of a video is often black.",
            as_if(_on_screen(_starts)),
        ),
        Mistake(
            "from_the_first_to_the_last_moment",
            _on_screen(_to_the_end),
            "You look from 0 to the very end, linspace(0, seconds, count). The middles of count "
            "equal parts are (i + 0.5) / count * seconds.",
            as_if(_on_screen(_to_the_end)),
        ),
        Mistake(
            "next_frame",
            _on_screen(_middles, back=0),
            "This is the frame that comes next. On screen is the last one that has appeared: "
            "searchsorted(..., side='right') counts those, so subtract 1.",
            as_if(_on_screen(_middles, back=0)),
        ),
        Mistake(
            "misses_a_frame_that_just_appeared",
            _on_screen(_middles, side="left"),
            "A frame that appears exactly at the wanted time is on screen: the comparison is "
            "times <= wanted, which is side='right' for searchsorted.",
        ),
        Mistake(
            "nearest_in_time",
            nearest_in_time,
            "You take the frame whose time is nearest, which may not have appeared yet. A picture "
            "stays until the next one comes, however long that takes.",
        ),
        Mistake(
            "times_for_numbers",
            the_times,
            "These are the times of the right frames. Wanted are their numbers, to index with.",
            as_if(the_times),
        ),
    ),
    others=(frames_on_screen_with_a_loop, frames_on_screen_by_comparing),
    hints=(
        "First write down when to look: the middles of the parts, in seconds. Then ask, for each, "
        "how many frames have appeared by then.",
        "The middles are (np.arange(count) + 0.5) / count * seconds. "
        "np.searchsorted(times, wanted, side='right') counts the frames with times <= wanted.",
        "Subtract 1 to get from a count to the last of them, and np.maximum(..., 0) for moments "
        "before the first frame.",
    ),
    praise="You sample any recording fairly, however unsteady its camera.",
)


# --- 03.2 ------------------------------------------------------------------------------------

FLOOR = 1e-4


def _spectrogram(
    hann=lambda n: 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n),
    power=lambda z: np.abs(z) ** 2,
    loud=lambda x: np.log(x + FLOOR),
    stop=1,
    overlap=True,
):
    def answer(sound, filters, window, hop):
        step = hop if overlap else window
        starts = range(0, len(sound) - window + stop, step)
        pieces = np.array([sound[start : start + window] * hann(window) for start in starts])
        pieces = pieces.reshape(len(starts), window)
        with np.errstate(divide="ignore", invalid="ignore"):
            return loud(filters @ power(np.fft.rfft(pieces, axis=1)).T)

    return answer


log_mel = _spectrogram()


def log_mel_from_views(sound, filters, window, hop):
    views = np.lib.stride_tricks.sliding_window_view(sound, window)[::hop]
    hann = np.sin(np.pi * np.arange(window) / window) ** 2
    spectrum = np.fft.rfft(views * hann)
    return np.log(np.einsum("bf,tf->bt", filters, spectrum.real**2 + spectrum.imag**2) + FLOOR)


def log_mel_from_scipy(sound, filters, window, hop):
    from scipy import signal

    hann = signal.get_window("hann", window)
    starts = np.arange(0, len(sound) - window + 1, hop)
    spectra = [np.abs(np.fft.rfft(hann * sound[start : start + window])) ** 2 for start in starts]
    return np.log([[band @ power + FLOOR for power in spectra] for band in filters])


def spectrogram_cases(rng):
    def some(samples, window, hop, bands):
        return rng.normal(size=samples), rng.random((bands, window // 2 + 1)), window, hop

    tone = np.sin(2 * np.pi * 3 * np.arange(64) / 16)
    return [
        Case("four ones, one window, each frequency its own band",
             (np.ones(4), np.eye(3), 4, 2), np.log(np.array([[4.0], [1.0], [0.0]]) + FLOOR)),
        Case("silence", (np.zeros(12), np.ones((2, 3)), 4, 2), np.full((2, 5), np.log(FLOOR))),
        Case("a pure tone", (tone, np.eye(9), 16, 8)),
        Case("noise, windows that overlap by half", some(400, 32, 16, 5)),
        Case("noise, windows that overlap by three quarters", some(300, 64, 16, 4)),
        Case("a window that fits exactly", some(96, 32, 32, 3)),
    ]  # fmt: skip


def log_before_filters(sound, filters, window, hop):
    return filters @ log_mel(sound, np.eye(window // 2 + 1), window, hop)


def _steps_as_rows(sound, filters, window, hop):
    return log_mel(sound, filters, window, hop).T


_symmetric = _spectrogram(hann=np.hanning)
_rectangle = _spectrogram(hann=np.ones)
_amplitude = _spectrogram(power=np.abs)
_decibel = _spectrogram(loud=lambda x: 10 * np.log10(x + FLOOR))
_log10 = _spectrogram(loud=lambda x: np.log10(x + FLOOR))
_no_floor = _spectrogram(loud=np.log)
_clipped = _spectrogram(loud=lambda x: np.log(np.maximum(x, FLOOR)))
_apart = _spectrogram(overlap=False)
_one_short = _spectrogram(stop=0)


def _no_log(sound, filters, window, hop):
    return np.exp(log_mel(sound, filters, window, hop)) - FLOOR


_sound = Exercise(
    id="03.2",
    title="A picture of sound",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L03.2",
    reference=log_mel,
    cases=spectrogram_cases,
    properties=(
        Property(
            "every number is finite",
            lambda result, *inputs: bool(np.isfinite(np.asarray(result, dtype=float)).all()),
            "The logarithm of 0 is minus infinity: silence needs the floor, log(power + 1e-4).",
        ),
        Property(
            "there is one row for each band",
            lambda result, sound, filters, window, hop: np.shape(result)[0] == len(filters),
            "Rows are bands and columns are steps in time: float[bands, steps].",
        ),
    ),
    mistakes=(
        Mistake(
            "steps_as_rows",
            _steps_as_rows,
            "Bands and steps have changed places: rows are bands, columns are steps in time.",
            as_if(_steps_as_rows),
        ),
        Mistake(
            "no_overlap",
            _apart,
            "Your windows lie side by side, one every `window` samples. A new one starts every "
            "`hop` samples, so that what falls on the edge of one is in the middle of the next.",
            as_if(_apart),
        ),
        Mistake(
            "last_window_lost",
            _one_short,
            "The last window that fits is missing: it may end with the last sample, so starts run "
            "up to and including len(sound) - window.",
        ),
        Mistake(
            "no_window",
            _rectangle,
            "The pieces are cut out with a hard edge, which smears every tone over all "
            "frequencies. Multiply each by the Hann window first.",
            as_if(_rectangle),
        ),
        Mistake(
            "symmetric_window",
            _symmetric,
            "np.hanning(window) is the symmetric window, which divides by window - 1. For spectra "
            "the periodic one is used: 0.5 - 0.5 cos(2 pi n / window).",
            as_if(_symmetric),
        ),
        Mistake(
            "amplitude_for_power",
            _amplitude,
            "You add up amplitudes. The filters weigh power: the square of the absolute value.",
            as_if(_amplitude),
        ),
        Mistake(
            "log_before_the_filters",
            log_before_filters,
            "The logarithm came too early. A band hears the sum of the power in it; only then "
            "comes the logarithm.",
            as_if(log_before_filters),
        ),
        Mistake(
            "another_logarithm",
            _decibel,
            "This is a logarithm to base 10, perhaps in decibel. Here it is the natural one.",
            as_if(_decibel, _log10),
        ),
        Mistake(
            "no_logarithm",
            _no_log,
            "This is the power in each band. Ears judge loudness by ratio: take its logarithm.",
            as_if(_no_log, lambda *inputs: _no_log(*inputs) + FLOOR),
        ),
        Mistake(
            "floor_forgotten",
            _no_floor,
            "In silence the power is 0 and its logarithm minus infinity. Add the floor before: "
            "log(power + 1e-4).",
        ),
        Mistake(
            "floor_as_a_limit",
            _clipped,
            "You use the floor as a limit, max(power, 1e-4). It is added: log(power + 1e-4), "
            "which has no kink.",
        ),
    ),
    others=(log_mel_from_views, log_mel_from_scipy),
    hints=(
        "Four steps: cut into windows, fade each in and out, square the absolute value of the "
        "Fourier transform, then filters and logarithm.",
        "starts = range(0, len(sound) - window + 1, hop), and np.fft.rfft works on the rows of a "
        "matrix: float[steps, window] to complex[steps, window // 2 + 1].",
        "np.log(filters @ power.T + 1e-4), where power = np.abs(np.fft.rfft(pieces * hann)) ** 2.",
    ),
    praise="Anything that can look can now listen.",
)


# --- 03.3 ------------------------------------------------------------------------------------


def _logs_of_shares(scores):
    """log softmax of each row, safe for large scores."""
    scores = scores - scores.max(axis=1, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def _unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _cosines(first, second, temperature):
    return _unit(first) @ _unit(second).T / temperature


def _both_ways(scores, total=np.mean):
    ways = scores, scores.T
    return np.mean([-total(np.diag(_logs_of_shares(way))) for way in ways])


def info_nce(first, second, temperature):
    return _both_ways(_cosines(first, second, temperature))


def info_nce_in_torch(first, second, temperature):
    import torch

    from mavrs_course.agents.video_understanding import contrast

    sides = (torch.from_numpy(np.asarray(side, dtype=float)) for side in (first, second))
    return contrast.info_nce(*sides, temperature)


def info_nce_row_by_row(first, second, temperature):
    losses = []
    for one, other in ((first, second), (second, first)):
        for row, mine in enumerate(one):
            lengths = np.linalg.norm(other, axis=1) * np.linalg.norm(mine)
            scores = other @ mine / lengths / temperature
            losses.append(np.logaddexp.reduce(scores) - scores[row])
    return sum(losses) / len(losses)


def contrast_cases(rng):
    straight = np.eye(2)
    return [
        Case("two videos at right angles, their sides agree",
             (straight, straight, 1.0), np.log(1 + np.exp(-1))),
        Case("vectors that tell nothing", (np.ones((2, 3)), np.ones((2, 3)), 1.0), np.log(2)),
        Case("the sides changed places", (straight, straight[::-1].copy(), 1.0),
             np.log(1 + np.e)),
        Case("the same directions, other lengths",
             (np.diag([3.0, 0.5]), straight, 1.0), np.log(1 + np.exp(-1))),
        Case("a temperature of one half", (straight, straight, 0.5), np.log(1 + np.exp(-2))),
        Case("eight videos", (rng.normal(size=(8, 5)), rng.normal(size=(8, 5)), 0.2)),
        Case("thirty videos", (rng.normal(size=(30, 4)), rng.normal(size=(30, 4)), 0.5)),
        Case("a very low temperature", (rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), 1e-3)),
    ]  # fmt: skip


def _one_way(first, second, temperature):
    return -np.mean(np.diag(_logs_of_shares(_cosines(first, second, temperature))))


def _other_way(first, second, temperature):
    return _one_way(second, first, temperature)


def _ways_added(first, second, temperature):
    return 2 * info_nce(first, second, temperature)


def _dot_products(first, second, temperature):
    return _both_ways(first @ second.T / temperature)


def _times_temperature(first, second, temperature):
    return _both_ways(_cosines(first, second, 1 / temperature))


def _no_temperature(first, second, temperature):
    return _both_ways(_cosines(first, second, 1.0))


def _no_minus(first, second, temperature):
    return -info_nce(first, second, temperature)


def _summed(first, second, temperature):
    return _both_ways(_cosines(first, second, temperature), np.sum)


def _own_not_in_the_crowd(first, second, temperature):
    scores = _cosines(first, second, temperature)
    losses = []
    for way in (scores, scores.T):
        others = np.where(np.eye(len(way), dtype=bool), -np.inf, way)
        losses.append(np.mean(np.logaddexp.reduce(others, axis=1) - np.diag(way)))
    return np.mean(losses)


def _base_two(first, second, temperature):
    return info_nce(first, second, temperature) / np.log(2)


def _everything(first, second, temperature):
    scores = _cosines(first, second, temperature)
    return -np.mean([_logs_of_shares(scores).mean(), _logs_of_shares(scores.T).mean()])


def _overflows(first, second, temperature):
    with np.errstate(all="ignore"):
        grown = np.exp(_cosines(first, second, temperature))
        ways = [np.diag(grown) / grown.sum(axis=axis) for axis in (0, 1)]
        return np.mean(-np.log(ways))


def _not_finite_when_cold(trials):
    wrong = [trial for trial in trials if not trial.passed]
    return all(trial.inputs[2] < 0.01 for trial in wrong) and not any(
        np.isfinite(trial.returned) for trial in wrong
    )


_contrast = Exercise(
    id="03.3",
    title="InfoNCE",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L03.3",
    reference=info_nce,
    cases=contrast_cases,
    properties=(
        Property(
            "the loss is one number",
            lambda result, *inputs: np.shape(result) == (),
            "The loss is one number: the mean over the rows, and over both directions.",
        ),
    ),
    mistakes=(
        Mistake(
            "overflow",
            _overflows,
            "At a low temperature exp of the scores is too large for a float. Subtract each row's "
            "maximum first, which changes no share, or use np.logaddexp.reduce.",
            _not_finite_when_cold,
        ),
        Mistake(
            "one_direction_only",
            _one_way,
            "Only one side looks for the other. The game is played in both directions, and the "
            "loss is the mean of the two.",
            as_if(_one_way, _other_way),
        ),
        Mistake(
            "directions_added",
            _ways_added,
            "The two directions are added up: the loss is their mean, so that guessing among N "
            "gives log N.",
            as_if(_ways_added),
        ),
        Mistake(
            "lengths_left_in",
            _dot_products,
            "These are dot products. The similarity is the cosine: bring every vector to length 1 "
            "first, or a video can win by being loud.",
            as_if(_dot_products),
        ),
        Mistake(
            "multiplied_by_the_temperature",
            _times_temperature,
            "You multiply by the temperature. Divide: a low temperature makes differences larger.",
            as_if(_times_temperature),
        ),
        Mistake(
            "forgot_the_temperature",
            _no_temperature,
            "The temperature makes no difference to your loss: divide the cosines by it.",
            as_if(_no_temperature),
        ),
        Mistake(
            "forgot_the_minus",
            _no_minus,
            "The sign is the wrong way round: −log of a probability is never below 0.",
            as_if(_no_minus),
        ),
        Mistake(
            "summed_over_rows",
            _summed,
            "The rows are added up. Take their mean, so that the loss is the same for any batch.",
            as_if(_summed),
        ),
        Mistake(
            "own_partner_left_out_of_the_crowd",
            _own_not_in_the_crowd,
            "The sum below the fraction leaves out the own partner. It is one of the N to choose "
            "from: the sum runs over all m.",
            as_if(_own_not_in_the_crowd),
        ),
        Mistake(
            "mean_over_all_pairs",
            _everything,
            "You average over all pairs. Only the own partner counts: the diagonal.",
            as_if(_everything),
        ),
        Mistake(
            "logarithm_to_base_two",
            _base_two,
            "This is the loss in bits. Here the logarithm is the natural one.",
            as_if(_base_two),
        ),
    ),
    others=(info_nce_in_torch, info_nce_row_by_row),
    hints=(
        "Make the N × N matrix of cosines over the temperature. Row n is what side n sees; its "
        "own partner stands on the diagonal.",
        "log P(n | n) = s_nn − log sum_m exp(s_nm). Do the same on the transposed matrix, and "
        "take the mean of everything with a minus.",
        "np.logaddexp.reduce(scores, axis=1) is the logarithm of the sum of exponentials, without "
        "overflow: the mean of it minus np.diag(scores), for scores and for scores.T.",
    ),
    praise="This loss, on larger machines, is how CLIP learnt to see.",
)


# --- 03.4 ------------------------------------------------------------------------------------


def fuse(vectors, logits, there):
    some = there.any(axis=1, keepdims=True)
    highest = np.where(there, logits, -np.inf).max(axis=1, keepdims=True)
    gates = np.where(there, np.exp(np.where(there, logits - np.where(some, highest, 0), 0)), 0.0)
    gates = gates / np.maximum(gates.sum(axis=1, keepdims=True), 1e-300)
    return (gates[..., None] * np.where(there[..., None], vectors, 0.0)).sum(axis=1)


def fuse_row_by_row(vectors, logits, there):
    fused = np.zeros((len(vectors), vectors.shape[2]))
    for row, kept in enumerate(there):
        if kept.any():
            gates = np.exp(logits[row, kept] - logits[row, kept].max())
            fused[row] = gates / gates.sum() @ vectors[row, kept]
    return fused


def fuse_with_softmax(vectors, logits, there):
    from scipy.special import softmax

    held = np.where(there, logits, -1e30)
    gates = softmax(held, axis=1) * there
    return np.einsum("nm,nmd->nd", gates, np.nan_to_num(vectors) * there[..., None])


def fusion_cases(rng):
    pair = np.array([[[1.0, 0.0], [0.0, 1.0]]])
    calm, both = np.zeros((1, 2)), np.ones((1, 2), dtype=bool)

    def some(videos, senses, size=4, spread=1.0):
        there = rng.random((videos, senses)) < 0.6
        there[:, 0] |= ~there.any(axis=1)
        vectors = rng.normal(size=(videos, senses, size))
        return vectors, spread * rng.normal(size=(videos, senses)), there

    lost = some(6, 3)
    blank = lost[0].copy()
    blank[~lost[2]] = np.nan
    return [
        Case("two senses, equally loud", (pair, calm, both), np.array([[0.5, 0.5]])),
        Case("one of them is missing",
             (pair, calm, np.array([[True, False]])), np.array([[1.0, 0.0]])),
        Case("one is three times as loud",
             (pair, np.array([[np.log(3.0), 0.0]]), both), np.array([[0.75, 0.25]])),
        Case("a video with nothing at all",
             (pair, calm, np.zeros((1, 2), dtype=bool)), np.array([[0.0, 0.0]])),
        Case("ten videos, three senses", some(10, 3)),
        Case("the missing one wants to be heard most",
             (pair, np.array([[0.0, 9.0]]), np.array([[True, False]])), np.array([[1.0, 0.0]])),
        Case("very large logits", some(5, 3, spread=2000.0)),
        Case("where a sense is missing its vector is NaN", (blank, lost[1], lost[2])),
    ]  # fmt: skip


def _softmax(logits):
    gates = np.exp(logits - logits.max(axis=1, keepdims=True))
    return gates / gates.sum(axis=1, keepdims=True)


def _mixed(gates, vectors):
    return (gates[..., None] * np.nan_to_num(vectors)).sum(axis=1)


def _everybody_speaks(vectors, logits, there):
    return _mixed(_softmax(logits), vectors)


def _mask_too_late(vectors, logits, there):
    return _mixed(_softmax(logits) * there, vectors)


def _logit_zero(vectors, logits, there):
    return _mixed(_softmax(logits * there), vectors)


def _logit_zero_and_masked(vectors, logits, there):
    return _mixed(_softmax(logits * there) * there, vectors)


def _nan_for_nothing(vectors, logits, there):
    with np.errstate(all="ignore"):
        gates = _softmax(np.where(there, logits, -np.inf))
    return _mixed_plain(gates, np.where(there[..., None], vectors, 0.0))


def _mixed_plain(gates, vectors):
    return (gates[..., None] * vectors).sum(axis=1)


def _nan_spreads(vectors, logits, there):
    with np.errstate(all="ignore"):
        gates = np.nan_to_num(_softmax(np.where(there, logits, -np.inf)))
    return _mixed_plain(gates, vectors)


def _overflowing(vectors, logits, there):
    with np.errstate(all="ignore"):
        gates = np.exp(logits) * there
        total = gates.sum(axis=1, keepdims=True)
        gates = np.where(total > 0, gates / total, np.where(there.any(1, keepdims=True), np.nan, 0))
    return _mixed_plain(gates, np.where(there[..., None], vectors, 0.0))


def _plain_mean(vectors, logits, there):
    gates = there / np.maximum(there.sum(axis=1, keepdims=True), 1)
    return _mixed(gates, vectors)


def _mean_of_all_places(vectors, logits, there):
    return _mixed(there / there.shape[1], vectors)


def _loudest_only(vectors, logits, there):
    best = np.where(there, logits, -np.inf).argmax(axis=1)
    return _mixed(np.eye(there.shape[1])[best] * there, vectors)


def _to_length_one(vectors, logits, there):
    fused = fuse(vectors, logits, there)
    return fused / np.maximum(np.linalg.norm(fused, axis=1, keepdims=True), 1e-12)


def _logits_as_gates(vectors, logits, there):
    with np.errstate(all="ignore"):
        total = (logits * there).sum(axis=1, keepdims=True)
        return _mixed(np.nan_to_num(logits * there / total), vectors)


def _nan_only_where_nothing(trials):
    wrong = [trial for trial in trials if not trial.passed]
    return all(
        trial.inputs[2].any(axis=1).sum() == 0 and np.isnan(np.asarray(trial.returned)).all()
        for trial in wrong
    )


def _nan_only_where_blank(trials):
    wrong = [trial for trial in trials if not trial.passed]
    return all(np.isnan(trial.inputs[0]).any() for trial in wrong)


def _nan_only_where_large(trials):
    wrong = [trial for trial in trials if not trial.passed]
    return all(np.abs(trial.inputs[1]).max() > 500 for trial in wrong)


_fusion = Exercise(
    id="03.4",
    title="Fusion when something is missing",
    minutes=15,
    difficulty=2,
    points=3,
    objective="L03.4",
    reference=fuse,
    cases=fusion_cases,
    properties=(
        Property(
            "there is one vector for each video",
            lambda result, vectors, logits, there: (
                np.shape(result) == (len(vectors), vectors.shape[2])
            ),
            "One vector for each video is wanted, float[N, D]: sum over the senses, axis 1.",
        ),
    ),
    mistakes=(
        Mistake(
            "nan_for_nothing",
            _nan_for_nothing,
            "A video without any sense came out as NaN: a softmax over nothing is 0 / 0. Give it "
            "a vector of zeros.",
            _nan_only_where_nothing,
        ),
        Mistake(
            "missing_vectors_spread",
            _nan_spreads,
            "0 times NaN is NaN. What stands in the place of a missing sense means nothing: "
            "replace it with zeros before you multiply.",
            _nan_only_where_blank,
        ),
        Mistake(
            "overflow",
            _overflowing,
            "exp of a large logit is infinite, or 0 for all. Subtract the largest logit of those "
            "present from each row first: the shares stay the same.",
            _nan_only_where_large,
        ),
        Mistake(
            "everybody_speaks",
            _everybody_speaks,
            "`there` makes no difference: senses that are missing are heard like the others.",
            as_if(_everybody_speaks),
        ),
        Mistake(
            "masked_after_the_softmax",
            _mask_too_late,
            "You mask after the softmax, so the gates of what is left no longer sum to one, and a "
            "video with a sense less gets a shorter vector. Mask the logits, or divide again.",
            as_if(_mask_too_late),
        ),
        Mistake(
            "missing_means_logit_zero",
            _logit_zero,
            "A logit of 0 is not silence: exp(0) = 1. What is missing needs a logit of minus "
            "infinity.",
            as_if(_logit_zero, _logit_zero_and_masked),
        ),
        Mistake(
            "gates_ignored",
            _plain_mean,
            "This is the plain mean of what is there. The logits say how loud each sense is: "
            "weigh by their softmax.",
            as_if(_plain_mean),
        ),
        Mistake(
            "mean_over_all_places",
            _mean_of_all_places,
            "You divide by the number of senses that there could be. Weigh by the softmax of the "
            "logits of those that are there.",
            as_if(_mean_of_all_places),
        ),
        Mistake(
            "loudest_only",
            _loudest_only,
            "Only the loudest sense is heard. A softmax lets all speak, each by its share.",
            as_if(_loudest_only),
        ),
        Mistake(
            "logits_as_gates",
            _logits_as_gates,
            "The logits themselves are your weights, and they may be negative or 0. Their "
            "exponentials are positive: softmax.",
            as_if(_logits_as_gates),
        ),
        Mistake(
            "brought_to_length_one",
            _to_length_one,
            "The vectors have length 1. Here the weighted mean itself is wanted, as it comes out.",
            as_if(_to_length_one),
        ),
    ),
    others=(fuse_row_by_row, fuse_with_softmax),
    hints=(
        "Two steps: gates, float[N, M], that are 0 where a sense is missing and sum to one over "
        "the others; then the sum of gate times vector.",
        "Set the logits of what is missing to −inf, subtract the largest of each row, take exp "
        "and divide by the sum. Take care of rows where nothing is there.",
        "np.where(there[..., None], vectors, 0) keeps what is missing out of the sum, whatever "
        "stands in its place.",
    ),
    praise="Your agent can lose its hearing in the middle of a job and carry on.",
)


# --- 03.5 ------------------------------------------------------------------------------------


class ContentAgent:
    """Scores a candidate by its closest relative among what the viewer has clicked."""

    name = "content"

    def __init__(self, vectors, titles):
        self.vectors, self.titles, self.clicked = vectors, titles, {}

    def learn(self, feedback):
        for row in np.flatnonzero(self.counts(feedback)):
            viewer = int(self.viewers(feedback)[row])
            self.clicked.setdefault(viewer, []).append(int(self.video(feedback, row)))

    def counts(self, feedback):
        return feedback.active & (feedback.clicked >= 0)

    def viewers(self, feedback):
        return feedback.slate.request.viewers

    def video(self, feedback, row):
        return feedback.slate.videos[row, feedback.clicked[row]]

    def opine(self, request):
        rows = list(map(self.judge, request.viewers, request.candidates))
        scores, clicks, reasons = zip(*rows, strict=True)
        return Opinion(self.name, np.array(scores), self.confidence(np.array(clicks)), reasons)

    def confidence(self, clicks):
        return clicks / (clicks + 5)

    def judge(self, viewer, candidates):
        """Scores of one request's candidates, the clicks behind them, and the reason."""
        past = self.clicked.get(int(viewer), [])
        if not past:
            return np.zeros(len(candidates)), 0, "You have not clicked anything yet."
        cosines = self.vectors[candidates] @ self.vectors[past].T
        return self.scores(cosines), len(past), f"Like “{self.relative(cosines, past)}”."

    def scores(self, cosines):
        return cosines.max(axis=1)

    def relative(self, cosines, past):
        best = self.scores(cosines).argmax()
        return self.titles[past[cosines[best].argmax()]]


class ContentAgentInMatrices:
    """The same agent, with a table of clicks instead of lists."""

    name = "content"

    def __init__(self, vectors, titles):
        self.cosines, self.titles = vectors @ vectors.T, titles
        self.times = np.zeros((0, len(vectors)), dtype=int)

    def meet(self, viewers):
        missing = max(0, int(np.max(viewers)) + 1 - len(self.times))
        self.times = np.pad(self.times, ((0, missing), (0, 0)))

    def learn(self, feedback):
        rows = np.flatnonzero(feedback.active & (feedback.clicked >= 0))
        viewers = feedback.slate.request.viewers
        self.meet(viewers)
        np.add.at(self.times, (viewers[rows], feedback.clicked_video[rows]), 1)

    def opine(self, request):
        self.meet(request.viewers)
        times = self.times[request.viewers]
        cosines = self.cosines[request.candidates]
        cosines = np.where(times[:, None] > 0, cosines, -np.inf)
        clicks = times.sum(axis=1)
        scores = np.where(clicks[:, None] > 0, cosines.max(axis=2), 0.0)
        best = cosines[np.arange(len(times)), scores.argmax(axis=1)].argmax(axis=1)
        reasons = [
            f"Because of “{self.titles[video]}”." if count else "Nothing known yet."
            for video, count in zip(best, clicks, strict=True)
        ]
        return Opinion(self.name, scores, clicks / (clicks + 5), reasons)


ONE_CLICK = "one click, in slot 1"


def content_cases(rng):
    corners = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8], [0.8, 0.6], [-1.0, 0.0]])
    names = ("east", "north", "steep", "flat", "west")
    many = rng.normal(size=(30, 6))
    many /= np.linalg.norm(many, axis=1, keepdims=True)
    many_names = tuple(f"video number {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(30))

    def page(viewers, videos, clicked, active=None):
        videos = np.asarray(videos)
        request = Request(np.asarray(viewers), videos, slots=videos.shape[1])
        active = None if active is None else np.asarray(active)
        return Feedback(
            Slate(videos, request=request),
            np.asarray(clicked),
            4.0 * (np.asarray(clicked) >= 0),
            active=active,
        )

    def ask(viewers, videos):
        return Request(np.asarray(viewers), np.asarray(videos), slots=1)

    def some_pages():
        for _ in range(6):
            videos = np.array([rng.permutation(30)[:3] for _ in range(4)])
            yield page(rng.permutation(6)[:4], videos, rng.integers(-1, 3, 4), rng.random(4) < 0.8)

    return [
        Case("nobody has clicked anything", (corners, names, [ask([0, 1], [[0, 1], [2, 3]])])),
        Case(ONE_CLICK, (corners, names,
             [page([0], [[4, 1]], [1]), ask([0], [[0, 2, 3]])])),
        Case("two clicks far apart", (corners, names,
             [page([0], [[0, 3]], [0]), page([0], [[1, 3]], [0]), ask([0], [[4, 2, 3]])])),
        Case("a skip", (corners, names, [page([0], [[0, 1]], [-1]), ask([0], [[0, 1]])])),
        Case("a page after the session's end", (corners, names,
             [page([0, 1], [[0, 1], [2, 3]], [0, 1], [True, False]), ask([0, 1], [[2, 3]] * 2)])),
        Case("viewers in another order", (corners, names,
             [page([7, 2], [[0, 1], [2, 1]], [0, 1]), ask([2, 7, 3], [[2, 3]] * 3)])),
        Case("the same video clicked twice", (corners, names,
             [page([0], [[3, 1]], [0]), page([0], [[3, 1]], [0]), ask([0], [[2, 0]])])),
        Case("six viewers, thirty videos, several pages", (many, many_names,
             [*some_pages(), ask(range(6), [rng.permutation(30)[:8] for _ in range(6)])])),
    ]  # fmt: skip


def play_content(kind, case):
    """What an agent of this kind says after a script of pages and questions."""
    vectors, titles, script = case.inputs
    agent, said = kind(vectors.copy(), titles), []
    for event in script:
        if isinstance(event, Feedback):
            agent.learn(event)
            continue
        opinion = agent.opine(event)
        reasons = opinion.reasons or [""] * len(event)
        said.append(
            {
                "scores": np.asarray(opinion.scores, dtype=float),
                "confidence": np.asarray(opinion.confidence, dtype=float),
                "titles named in the reasons": [_named(reason, titles) for reason in reasons],
            }
        )
    return said


def _named(reason, titles):
    """The titles that a reason names, in words that a comparison can show."""
    return " and ".join(title for title in titles if title in str(reason)) or "none"


class LearnsSkips(ContentAgent):
    """Slot −1 is the last one."""

    def counts(self, feedback):
        return feedback.active


class LearnsAfterTheEnd(ContentAgent):
    def counts(self, feedback):
        return feedback.clicked >= 0


class SlotForVideo(ContentAgent):
    def video(self, feedback, row):
        return feedback.clicked[row]


class RowForViewer(ContentAgent):
    def viewers(self, feedback):
        return np.arange(len(feedback.clicked))


class OneViewer(ContentAgent):
    """Everybody's clicks in one list."""

    def viewers(self, feedback):
        return np.zeros(len(feedback.clicked), dtype=int)

    def judge(self, viewer, candidates):
        return super().judge(0, candidates)


class MeanCosine(ContentAgent):
    def scores(self, cosines):
        return cosines.mean(axis=1)


class OnlyTheLast(ContentAgent):
    def scores(self, cosines):
        return cosines[:, -1]

    def relative(self, cosines, past):
        return self.titles[past[-1]]


class FirstCandidateReason(ContentAgent):
    def relative(self, cosines, past):
        return self.titles[past[cosines[0].argmax()]]


class LatestClickReason(ContentAgent):
    def relative(self, cosines, past):
        return self.titles[past[-1]]


class CountsVideosOnce(ContentAgent):
    def judge(self, viewer, candidates):
        scores, _, reason = super().judge(viewer, candidates)
        return scores, len(set(self.clicked.get(int(viewer), []))), reason


class AlwaysSure(ContentAgent):
    def confidence(self, clicks):
        return np.ones(len(clicks))


class Mute(ContentAgent):
    def opine(self, request):
        said = super().opine(request)
        return Opinion(said.agent, said.scores, said.confidence)


class LearnsShown(ContentAgent):
    """Takes everything on a clicked page for a click."""

    def learn(self, feedback):
        for row in np.flatnonzero(self.counts(feedback)):
            viewer = int(self.viewers(feedback)[row])
            shown = feedback.slate.videos[row].tolist()
            self.clicked.setdefault(viewer, []).extend(shown)


def _said(*parts):
    """Detects answers that are right in everything but these parts."""

    def detect(trials):
        wrong = set()
        for trial in trials:
            wanted = play_content(ContentAgent, trial.case)
            for got, want in zip(trial.returned, wanted, strict=True):
                for part in want:
                    if part == "titles named in the reasons":
                        right = got[part] == want[part]
                    else:
                        right = same_numbers(got[part], want[part])
                    wrong |= set() if right else {part}
        return wrong == set(parts)

    return detect


def _no_titles(trials):
    said = [told["titles named in the reasons"] for trial in trials for told in trial.returned]
    quiet = all(title == "none" for row in said for title in row)
    return quiet and _said("titles named in the reasons")(trials)


_agent = Exercise(
    id="03.5",
    title="An agent that goes by content",
    minutes=25,
    difficulty=3,
    points=5,
    objective="L03.5",
    reference=ContentAgent,
    cases=content_cases,
    observe=play_content,
    mistakes=(
        Mistake(
            "gives_no_reason",
            Mute,
            "Everything is right but the reasons, which name no title: return one sentence for "
            "each request, with the title of the clicked video that the best candidate is like.",
            _no_titles,
        ),
        Mistake(
            "learns_from_skips",
            LearnsSkips,
            "A skip counts as a click. NO_CLICK is −1, and index −1 is the last slot: learn only "
            "from rows with clicked >= 0.",
        ),
        Mistake(
            "learns_after_the_end",
            LearnsAfterTheEnd,
            "You learn from pages of sessions that are over. Rows where feedback.active is False "
            "say nothing.",
        ),
        Mistake(
            "slot_for_video",
            SlotForVideo,
            "feedback.clicked is a slot, not a video: feedback.clicked_video looks it up.",
        ),
        Mistake(
            "row_for_viewer",
            RowForViewer,
            "You remember clicks by row. Who sits in a row changes from page to page: "
            "feedback.slate.request.viewers says who it is.",
        ),
        Mistake(
            "one_memory_for_everybody",
            OneViewer,
            "All viewers share one memory: what one clicks, the next is recommended. Keep a list "
            "for each viewer.",
        ),
        Mistake(
            "learns_what_was_shown",
            LearnsShown,
            "Everything on a page is remembered. Only the video in the clicked slot was clicked.",
        ),
        Mistake(
            "mean_for_closest",
            MeanCosine,
            "Your score is the mean over what was clicked. Somebody who likes football and "
            "science is not looking for what lies between: take the largest cosine.",
        ),
        Mistake(
            "only_the_last_click",
            OnlyTheLast,
            "Only the latest click counts. Compare with everything that the viewer has clicked.",
        ),
        Mistake(
            "reason_of_another_candidate",
            FirstCandidateReason,
            "The reason names the relative of the first candidate in the request. It should speak "
            "of the candidate with the highest score.",
        ),
        Mistake(
            "reason_names_the_latest_click",
            LatestClickReason,
            "The reason names the latest click, whatever the score came from. A reason is honest "
            "only if it names the video that made the score.",
        ),
        Mistake(
            "counts_a_video_once",
            CountsVideosOnce,
            "The confidence counts videos. It goes by clicks, and a video clicked twice is two.",
            lambda trials: (
                any(t.passed and t.case.label == ONE_CLICK for t in trials)
                and _said("confidence")(trials)
            ),
        ),
        Mistake(
            "confidence_of_another_form",
            AlwaysSure,
            "Scores and reasons are right, the confidence is not: it is n / (n + 5) for n clicks, "
            "and so 0 for a viewer who has clicked nothing.",
            _said("confidence"),
        ),
    ),
    others=(ContentAgentInMatrices,),
    hints=(
        "What must the agent remember? For each viewer, a list of the videos clicked: a "
        "dictionary from viewer to list is enough.",
        "learn: for each row with active and clicked >= 0, append feedback.clicked_video[row] to "
        "the list of feedback.slate.request.viewers[row]. opine: for each row, "
        "cosines = vectors[candidates] @ vectors[past].T, float[C, n].",
        "The scores are cosines.max(axis=1). The best candidate is their argmax, and the title to "
        "name is that of past[cosines[best].argmax()]. Without a past: zeros and confidence 0.",
    ),
    praise="You have an agent that any coordinator of this course can hire.",
)


EXERCISES = [_screen, _sound, _contrast, _fusion, _agent]
