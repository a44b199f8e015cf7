"""32.3 A sum that nobody sees.

30 minutes, difficulty 3, 5 points, L32.3
Phones can now learn together, and the server reads nothing but the sum.
"""

import numpy as np

from mavrs_course.agents.portable import masked, quantised, restored
from mavrs_course.course import Case


class SecureSum:
    def __init__(self, limit):
        self.limit = limit

    def letter(self, update, client, secrets):
        inside = np.clip(update, -self.limit, self.limit)
        sent = np.rint((inside + self.limit) * 2**20 / (2 * self.limit)).astype(np.uint32)
        for other, secret in enumerate(secrets[client]):
            mask = np.random.default_rng(secret).integers(2**32, size=sent.shape).astype(np.uint32)
            if other > client:
                sent = sent + mask
            elif other < client:
                sent = sent - mask
        return sent

    def total(self, letters):
        summed = np.sum(letters, axis=0, dtype=np.uint32)
        return summed * (2 * self.limit / 2**20) - len(letters) * self.limit


class SumOfTheLibrary:
    def __init__(self, limit):
        self.limit = limit

    def letter(self, update, client, secrets):
        return masked(quantised(update, self.limit), client, np.asarray(secrets))

    def total(self, letters):
        whole = np.sum(letters, axis=0, dtype=np.uint32)
        return restored(whole, len(letters), self.limit)


OTHERS = (SumOfTheLibrary,)
NAMES = ("limit", "updates", "secrets")
PARTS = ("the letters", "the sum")


def cases(rng):
    def some(clients, size, limit, reach):
        updates = np.round(rng.uniform(-reach, reach, (clients, size)), 3)
        above = np.triu(rng.integers(10**6, size=(clients, clients)), 1)
        return limit, updates, (above + above.T).tolist()

    alone, pair = [[0]], [[0, 7], [7, 0]]
    return [
        Case("one phone: nobody to share with", (8.0, np.array([[0.0, 8.0, -8.0]]), alone),
             (np.array([[2**19, 2**20, 0]]), np.array([0.0, 8.0, -8.0]))),
        Case("two phones, one number", (8.0, np.array([[1.0], [2.0]]), pair),
             (np.array([[4058925707], [237286773]]), np.array([3.0]))),
        Case("beyond the limit", (2.0, np.array([[5.0, -3.0], [0.5, 0.25]]), pair)),
        Case("a limit of 1", some(3, 2, 1.0, 0.9)),
        Case("five phones, four numbers", some(5, 4, 8.0, 3.0)),
        Case("three phones, one number", some(3, 1, 4.0, 4.0)),
    ]  # fmt: skip


def observe(kind, case):
    """All letters, uint32[n, d] as numbers, and the sum float[d] that the server reads."""
    limit, updates, secrets = case.inputs
    kind(2 * limit)  # another, meanwhile
    server = kind(limit)
    letters = [server.letter(row, client, secrets) for client, row in enumerate(updates)]
    sent = np.array([np.asarray(letter) for letter in letters]).astype(np.int64)
    return sent, np.asarray(server.total(sent.astype(np.uint32)), dtype=float)


HINTS = """
    For a letter: whole numbers first, then one mask for each other phone. All of it is in uint32,
    which wraps around by itself.

    Both phones of a pair draw the same mask, from the same secret. One adds it, the other takes it
    away, or it would stay.

    In the sum of n letters every phone has put in the limit once, so that its number was not below
    0. Undo both: the unit and these limits.
"""
MISTAKES = """
    all_add: sent = sent - mask => sent = sent + mask
      Both phones of a pair add the mask, so it stays in the sum. The one with the higher number
      takes it away.
    the_other_sign: if other > client: => if other < client:; elif other < client: =>
      | elif other > client:
      You have the signs the other way round: the phone with the lower number adds.
    masks_itself: elif other < client: => else:
      A phone shares no mask with itself. Leave it out.
    no_masks: for other, secret in enumerate(secrets[client]): => for other, secret in []:
      The letter is the update itself. Hide it.
    one_mask: np.random.default_rng(secret) => np.random.default_rng(client)
      Your mask depends on who draws it, so it does not cancel. Both draw from the pair's secret.
    small_masks: integers(2**32, => integers(2**20,
      A mask that is smaller than the space tells something. Draw from all of 2 ** 32.
    same_mask_everywhere: size=sent.shape).astype(np.uint32) =>
      | size=1).astype(np.uint32) * np.ones(sent.shape, np.uint32)
      All numbers hide behind one mask, so their differences are open. Draw one for each.
    not_clipped: np.clip(update, -self.limit, self.limit) => np.asarray(update)
      An update beyond the limit leaves the range of whole numbers. Cut it off first.
    rounds_down: np.rint((inside => np.floor((inside
      You round down, so that every sum is too small. Round to the nearest.
    limit_forgotten: - len(letters) * self.limit => - self.limit
      Every phone put in the limit once, not only one.
    not_shifted_back: - len(letters) * self.limit =>
      The sum still holds every phone's limit. Take them away.
    half_the_unit: (2 * self.limit / 2**20) => (self.limit / 2**20)
      One unit is twice the limit over 2 ** 20, since the range has two sides.
    mean_for_sum:
      | summed * (2 * self.limit / 2**20) - len(letters) * self.limit =>
      | summed * (2 * self.limit / 2**20) / len(letters) - self.limit
      You return the mean. Asked for is the sum.
    no_wrapping: np.sum(letters, axis=0, dtype=np.uint32) =>
      | np.sum(np.asarray(letters, dtype=np.int64), axis=0)
      In larger numbers the masks leave multiples of 2 ** 32. Add modulo 2 ** 32.
    sums_the_wrong_way: np.sum(letters, axis=0, => np.sum(letters, axis=-1,
      You add up the numbers of one phone. Add over the phones.
"""
