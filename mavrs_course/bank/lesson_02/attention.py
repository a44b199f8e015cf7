"""02.5 Who gets the attention.

10 minutes, difficulty 1, 2 points, L02.5
You can now say which agent of a system is heard, and which is not.
"""

import numpy as np

from mavrs_course.course import Case, Property
from mavrs_course.course.detect import same_numbers


def attention(owners, channels):
    weights = np.broadcast_to(1 / np.log2(np.arange(owners.shape[1]) + 2), owners.shape)
    shown = owners >= 0
    total = np.bincount(owners[shown], weights[shown], minlength=channels)
    return total / total.sum()


def attention_channel_by_channel(owners, channels):
    weights = 1 / np.log2(np.arange(owners.shape[1]) + 2)
    total = [float(((owners == channel) * weights).sum()) for channel in range(channels)]
    return [part / sum(total) for part in total]


OTHERS = (attention_channel_by_channel,)

FOUR_SLOTS = "one page of four slots, each won by another channel"


def cases(rng):
    second = 1 / np.log2(3)
    return [
        Case("one page: channel 1 above channel 0", (np.array([[1, 0]]), 2),
             np.array([second, 1]) / (1 + second)),
        Case("an empty slot", (np.array([[0, -1, 1]]), 3), np.array([2 / 3, 1 / 3, 0.0])),
        Case("a channel that is never shown", (np.array([[0, 1], [1, 0]]), 4),
             np.array([0.5, 0.5, 0, 0])),
        Case("a hundred pages of five channels", (rng.integers(0, 5, (100, 3)), 5)),
        Case("many empty slots", (rng.integers(-1, 4, (30, 3)), 5)),
        Case(FOUR_SLOTS, (np.array([[3, 1, 0, 2]]), 4)),
        Case("one channel has it all", (np.full((4, 3), 2), 3),
             np.array([0.0, 0.0, 1.0])),
    ]  # fmt: skip


PROPERTIES = (
    Property("there is one share for each channel",
             lambda result, owners, channels: np.shape(result) == (channels,),
             "There is one share for each of the channels, also for one that is never shown: "
             "minlength=channels, or start from np.zeros(channels)."),
    Property("the shares sum to one",
             lambda result, *inputs: np.isclose(np.sum(result), 1),
             "The shares of all channels sum to one: divide by the attention that was given to "
             "anybody, without that of empty slots."),
)  # fmt: skip

HINTS = """
    What is each slot worth? 1 / log2(rank + 1), for ranks 1, 2, 3: 1, 0.63, 0.5.

    Give every slot its weight (np.broadcast_to makes them as many as owners), leave out the slots
    where owners is -1, and add up what each channel owns: np.bincount with weights.

    np.bincount takes the owners, the weights of the same slots, and minlength for channels that
    own nothing. Divide what it gives by its own sum.
"""


MISTAKES = """
    counted_slots_alike: 1 / np.log2(np.arange(owners.shape[1]) + 2) => 1.0
      Every slot counts the same. A slot of rank r gets 1 / log2(r + 1) of attention, so that the
      first is worth more than the third.
    empty_slots_to_the_last_channel:
      | owners >= 0 => owners >= -1;
      | owners[shown] => owners[shown] % channels
      Empty slots went to the last channel: -1 as an index means the last. Leave them out with a
      mask, owners >= 0.
    another_discount: np.log2(np.arange(owners.shape[1]) + 2) => (np.arange(owners.shape[1]) + 1.0)
      Another discount than 1 / log2(rank + 1), with ranks 1, 2, 3, ...: for slots that count from
      0 it is 1 / log2(slot + 2).
    discount_starts_too_early: + 2 => + 1
      Ranks count from 1, so the first slot, slot 0, needs log2(0 + 2) = 1: log2(0 + 1) is 0, and
      cannot be divided by.
    forgot_channels_never_shown: , minlength=channels =>
      A channel that was never shown is left out: it has a share too, and it is 0. np.bincount
      takes minlength=channels; np.unique leaves such channels out.
    repeated_index_added_once:
      | total = np.bincount(owners[shown], weights[shown], minlength=channels) =>
      | total = np.zeros(channels)
      | total[owners[shown]] += weights[shown]
      or
      | total = np.bincount(owners[shown], weights[shown], minlength=channels) =>
      | total = np.zeros(channels)
      | for slot, mine in enumerate(owners.T):
      |     total[mine[mine >= 0]] += weights[0, slot]
      total[owners] += weights adds once for each channel, however often it occurs: the last one
      wins. np.bincount and np.add.at add every time.
    channel_0_left_out: owners >= 0 => owners > 0
      Channel 0 is taken for an empty slot: only -1 is empty, so keep owners >= 0.
    empty_slots_closed_up:
      | weights = =>
      | order = np.argsort(owners < 0, axis=1, kind="stable")
      | owners = np.take_along_axis(owners, order, axis=1)
      | weights =
      Empty slots were taken out before the ranks were counted, so that what stands below moved
      up. An empty slot keeps its rank: nobody gets its attention.
    first_page_only:
      | weights = =>
      | owners = owners[:1]
      | weights =
      These are the shares of the first page alone: is the `return` inside the loop?
    channels_from_one:
      | weights = =>
      | owners = owners - 1
      | weights =
      Channels are counted from 1: they are 0, 1, ..., channels - 1, as range(channels).
    not_divided: return total / total.sum() => return total
      This is attention, not yet a share of it: divide by the sum over all channels.
    counted_empty_slots: total / total.sum() => total / weights.sum()
      The attention of empty slots is in the sum that you divide by: nobody got it, so the shares
      come out too small.
    mean_of_page_shares:
      | total = =>
      | given = (weights * shown).sum(axis=1, keepdims=True)
      | weights = weights / np.where(given > 0, given, 1)
      | total =
      This gives every page the same say, also a nearly empty one. Add up the attention of all
      pages first, and divide once.
"""


def detect_another_discount(trials):
    """Every result is right but for the discount that one full page shows."""
    trial = next(trial for trial in trials if trial.case.label == FOUR_SLOTS)
    got = np.asarray(trial.returned, dtype=float)
    if got.shape != (4,) or not np.isclose(got.sum(), 1) or np.ptp(got) < 1e-9:
        return False

    def under_it(owners, channels):
        spread = got[trial.inputs[0][0, : owners.shape[1]]]
        total = ((owners[..., None] == np.arange(channels)) * spread[:, None]).sum(axis=(0, 1))
        return total / total.sum()

    return not trial.passed and all(same_numbers(t.returned, under_it(*t.inputs)) for t in trials)


def detect_discount_starts_too_early(trials):
    return all(isinstance(t.error, ZeroDivisionError) for t in trials) or all(
        np.ndim(t.returned) and not np.isfinite(t.returned).all() for t in trials
    )


def detect_forgot_channels_never_shown(trials):
    """Shorter than channels, and only where some channel is never shown."""
    short = [trial for trial in trials if len(trial.returned) < trial.inputs[1]]
    return bool(short) and all(len(set(t.inputs[0][t.inputs[0] >= 0])) < t.inputs[1] for t in short)


def detect_channel_0_left_out(trials):
    return all(np.asarray(t.returned)[0] == 0 for t in trials)


EQUAL = r"""
    1 => 2 | weights = np.broadcast_to(1 / np.log2(np.arange(owners.shape[1]) + 2 …
      Shares are quotients: a factor of all weights goes.
"""
