"""Which shard a viewer lives on, said by arithmetic and known to everybody.

Source: Lamping and Veach, "A fast, minimal memory, consistent hash algorithm" (2014, arXiv
1406.2294).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mavrs_course.messages import Ints

_FACTOR = np.uint64(2862933555777941757)


def jump_hash(keys: ArrayLike, buckets: int) -> Ints:
    """The bucket of each key, int[...] in ``0..buckets - 1``.

    keys: whole numbers, taken modulo 2 ** 64; they should differ, not be random.  From ``n`` to
    ``n + 1`` buckets a key stays or goes to the new one, which ``1 / (n + 1)`` of them do.  Only
    the last bucket can be taken away.
    """
    if buckets < 1:
        raise ValueError(f"keys need at least 1 bucket, not {buckets}")
    given = np.asarray(keys)
    if given.dtype.kind not in "iu":
        raise ValueError(f"keys are whole numbers, not {given.dtype}")
    state = given.astype(np.uint64).ravel()
    bucket, jump = np.full(len(state), -1, dtype=np.int64), np.zeros(len(state), dtype=np.int64)
    going = np.arange(len(state))  # the keys whose next jump is still inside
    while len(going):
        bucket[going] = jump[going]
        state[going] = state[going] * _FACTOR + np.uint64(1)  # wraps at 2 ** 64, as it should
        drawn = ((state[going] >> np.uint64(33)) + np.uint64(1)).astype(float) / 2**31
        # A jump may be 2 ** 31 times as far, beyond any bucket: cut off before it overflows.
        jump[going] = np.minimum((bucket[going] + 1) / drawn, buckets).astype(np.int64)
        going = going[jump[going] < buckets]
    return bucket.reshape(given.shape)
