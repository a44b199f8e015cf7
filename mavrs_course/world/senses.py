"""What each topic looks, sounds and reads like.

No sense settles every topic alone.  Two topics that look alike sound different and use
different words, and so on round: every scene, sound and set of shared words belongs to at
most two topics, and no two topics share more than one of them.
"""

from __future__ import annotations

from typing import NamedTuple


class Senses(NamedTuple):
    """The motifs of one topic, each named after its entry in a table elsewhere.

    scene and palette: ``clips.scenes`` and ``clips.palettes``.  sound: ``clips.sounds``.
    words: the phrases that the topic shares with another, ``phrasebook.SHARED``.
    """

    scene: str
    palette: str
    sound: str
    words: str


SENSES: tuple[Senses, ...] = (
    # seen, in these colours, heard, said
    Senses("face", "alarm", "boing", "daring"),  # prank fails
    Senses("spotlights", "velvet", "shutter", "scandal"),  # celebrity gossip
    Senses("face", "alarm", "stab", "scandal"),  # outrage clips
    Senses("orbits", "night", "drone", "secrets"),  # conspiracy tales
    Senses("pedestal", "candy", "jingle", "appetite"),  # miracle diets
    Senses("pedestal", "candy", "shutter", "surprise"),  # unboxing hauls
    Senses("spotlights", "velvet", "stab", "secrets"),  # reality show drama
    Senses("blobs", "candy", "sizzle", "surprise"),  # slime and satisfying
    Senses("floor", "neon", "beat", "rhythm"),  # dance challenges
    Senses("pan", "ember", "crowd", "appetite"),  # street food dares
    Senses("floor", "neon", "jingle", "victory"),  # gaming highlights
    Senses("road", "dusk", "motor", "daring"),  # car stunts
    Senses("lawn", "grass", "boing", "rhythm"),  # funny pets
    Senses("lawn", "grass", "crowd", "victory"),  # football goals
    Senses("road", "dawn", "beat", "landmarks"),  # travel diaries
    Senses("pan", "ember", "sizzle", "kitchen"),  # home cooking
    Senses("keys", "wood", "melody", "workshop"),  # music lessons
    Senses("clockwork", "wood", "motor", "workshop"),  # do-it-yourself repair
    Senses("clockwork", "wood", "drone", "landmarks"),  # history stories
    Senses("orbits", "night", "melody", "kitchen"),  # science explained
)
