"""24.2 Where a viewer lives.

15 minutes, difficulty 2, 3 points, L24.2
Everybody can work out where a viewer lives, and a new machine moves as few as can be.
"""

from mavrs_course import engine
from mavrs_course.course import Case


def home(key, shards):
    at, following = -1, 0
    while following < shards:
        at = following
        key = (key * 2862933555777941757 + 1) % 2**64
        following = int((at + 1) * (2**31 / ((key >> 33) + 1)))
    return at


def home_in_whole_numbers(key, shards):
    """Masks instead of a remainder, and a division that rounds down by itself."""
    at, following = 0, 0
    while following < shards:
        at = following
        key = (key * 2862933555777941757 + 1) & 0xFFFFFFFFFFFFFFFF
        following = ((at + 1) << 31) // ((key >> 33) + 1)
    return at


def home_by_the_library(key, shards):
    return int(engine.jump_hash(key, shards))


OTHERS = (home_in_whole_numbers, home_by_the_library)


def cases(rng):
    return [
        Case("one shard", (5, 1), 0),
        Case("key 0 of 100 shards", (0, 100), 0),
        Case("key 1 of 100 shards", (1, 100), 55),
        Case("key 2 of 100 shards", (2, 100), 62),
        Case("a key whose first jump ends just below 2", (6910325060097862741, 2), 1),
        Case("key 1 of 55 shards: its home before that", (1, 55), 45),
        Case("key 1 of 56 shards: it has moved", (1, 56), 55),
        Case("a large key, 11 shards", (10863919174838991, 11), 6),
        Case("another, 11 shards", (2016238256797177309, 11), 3),
        Case("key 2201 of 100,001 shards", (2201, 100_001), 22152),
        Case("key 2202 of 100,001 shards", (2202, 100_001), 15018),
        Case("key 216 of a million shards", (216, 1_000_000), 866702),
        Case("any key", (int(rng.integers(2**62)), 64)),
        Case("any key and number", (int(rng.integers(2**62)), int(rng.integers(2, 1000)))),
    ]


HINTS = """
    Keep two numbers: where the viewer lives now, and the shard to which the viewer would move next.
    Begin with -1 and 0.

    While the next shard is one that you have, the viewer moves there; only then is the key changed,
    and the shard after that worked out from it.

    The state is a whole number of 64 bits: keep the remainder by 2 ** 64 before it is shifted. What
    you return is where the viewer was when the next shard was one too many.
"""
MISTAKES = """
    remainder_only: at, following = -1, 0 => at, following = key % shards, shards
      You take the remainder by the number of shards. With one shard more nearly everybody moves.
    one_jump_too_far: return at => return following
      You return the jump that went too far. Home is where the viewer was before it.
    other_bits: >> 33 => >> 34
      or >> 33 => >> 35
      You shift by another number of bits than 33.
    from_the_shard_before: (at + 1) * => max(at, 1) *
      The jump begins from the shard after this one: home + 1.
    the_same_key: key = (key * 2862933555777941757 + 1) % 2**64 => key = key % 2**64
      The key never changes. It must be stepped before each jump.
    no_increment: 2862933555777941757 + 1 => 2862933555777941757
      The step multiplies and adds 1. Without it key 0 stays 0 for ever.
    inclusive: while following < shards => while following <= shards
      There are shards 0 to shards - 1: a jump to `shards` is one too far.
    counted_from_one: return at => return at + 1
      Shards are counted from 0.
"""
EQUAL = r"""
    -1 => 1 | at, following = (-1, 0)
    1 => 2 | at, following = (-1, 0)
    1 => 0 | at, following = (-1, 0)
      The first jump, to shard 0, is made from anywhere.
"""
