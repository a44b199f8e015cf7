"""A viewer's taste in words, and what a language model makes of them.

The words come from a template that code fills in with titles and genres from her logs: the model
wrote none of them, and whoever shows them says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mavrs_course.words import listed

MOST_GENRES = 3
ARTICLES = r"The|A|An|Il|La|Le|L'|Les|Das|Die|Der|El|Los|Las"


def plain_title(title: str) -> str:
    """A title as people say it: ``"Usual Suspects, The (1995)"`` is "The Usual Suspects"."""
    bare = re.sub(r"(\s*\([^()]*\))+\s*$", "", title).strip() or title.strip()
    turned = re.fullmatch(rf"(.+), ({ARTICLES})", bare)
    return f"{turned[2]} {turned[1]}" if turned else bare


def kind_in_words(genres: Sequence[str]) -> str:
    """What kind of film it is, in at most three genres: ``"action, comedy"``."""
    return ", ".join(genre.lower() for genre in genres[:MOST_GENRES]) or "no kind"


def neutral_words(noun: str = "films") -> str:
    """What the model reads about nobody in particular."""
    return f"She likes {noun} of these kinds:"


def taste_words(kinds: Sequence[str], noun: str = "films") -> str:
    """What the model reads about a viewer, before it judges a kind of film: the kinds she liked."""
    return f"{neutral_words(noun)} {'; '.join(kinds)};"


def title_words(noun: str = "films") -> str:
    """What the model reads before it judges a title whoever the viewer is."""
    return f"{noun.capitalize()} she liked:"


def taste_in_words(genres: Sequence[str], titles: Sequence[str], tiers: dict[str, int]) -> str:
    """A self-portrait by template, not by a model: her genres, favourites and traits."""
    manner = [_MANNERS[name][tier] for name, tier in tiers.items()]
    return (
        f"She likes {listed(genres)}. Among her favourites are {listed(titles)}. "
        f"She {listed(manner)}."
    )


_MANNERS = {
    "activity": ("watches seldom", "watches now and then", "watches all the time"),
    "conformity": (
        "rates as others do",
        "has an opinion of her own at times",
        "rates as nobody else does",
    ),
    "diversity": ("keeps to a few genres", "has several genres", "tries everything"),
}
