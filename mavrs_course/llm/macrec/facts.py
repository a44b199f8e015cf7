"""What an explanation states, as claims that can be looked up, and what free text states.

A fact knows how to say itself (:meth:`say`) and whether it is true of the data (:meth:`holds`).
:func:`facts_for` makes an explanation out of facts, and :func:`stated` finds the facts in somebody
else's text.  It finds what can be checked: titles, years, genres, stars and counts.  The rest of a
text ("a must-see") is not counted either way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mavrs_course.llm.macrec.records import Records

SHORTEST = 4  # letters of a title that is believed to be one outside quotation marks
LONGEST = 5_000  # characters of a text that are looked at


def _quoted(records: Records, video: int) -> str:
    return f"“{records.titles[video]}”"


@dataclass(frozen=True)
class Watched:
    """The viewer watched the video."""

    video: int

    def say(self, records: Records) -> str:
        return f"You watched {_quoted(records, self.video)}."

    def holds(self, records: Records, viewer: int) -> bool:
        return self.video in records.history(viewer)


@dataclass(frozen=True)
class Rated:
    """The viewer gave the video so many stars."""

    video: int
    stars: float

    def say(self, records: Records) -> str:
        return f"You gave {_quoted(records, self.video)} {self.stars:g} of 5 stars."

    def holds(self, records: Records, viewer: int) -> bool:
        return records.stars(viewer, self.video) == self.stars


@dataclass(frozen=True)
class GenreTimes:
    """The viewer watched so many different videos of the genre."""

    genre: str
    times: int

    def say(self, records: Records) -> str:
        watched = f"{self.times} of the {records.noun}s that you watched"
        return f"{watched} {'is' if self.times == 1 else 'are'} of the genre {self.genre}."

    def holds(self, records: Records, viewer: int) -> bool:
        return records.genre_counts(viewer)[self.genre] == self.times


@dataclass(frozen=True)
class LikesGenre:
    """The viewer watches the genre at least as much as viewers do on average."""

    genre: str

    def say(self, records: Records) -> str:
        return f"You watch more {self.genre} than most."

    def holds(self, records: Records, viewer: int) -> bool:
        return records.genre_share(self.genre, viewer) >= records.genre_share(self.genre)


@dataclass(frozen=True)
class IsGenre:
    """The video is of the genre."""

    video: int
    genre: str

    def say(self, records: Records) -> str:
        return f"{_quoted(records, self.video)} is of the genre {self.genre}."

    def holds(self, records: Records, viewer: int) -> bool:
        return self.genre in records.genres[self.video]


@dataclass(frozen=True)
class IsOfYear:
    """The video is of the year."""

    video: int
    year: int

    def say(self, records: Records) -> str:
        return f"{records.names[self.video]} is of {self.year}."

    def holds(self, records: Records, viewer: int) -> bool:
        return bool(records.years[self.video] == self.year)


@dataclass(frozen=True)
class Together:
    """Of ``of`` viewers of ``video``, ``both`` watched ``other`` too."""

    video: int
    other: int
    both: int
    of: int

    def say(self, records: Records) -> str:
        one, other = _quoted(records, self.video), _quoted(records, self.other)
        return f"{self.both} of the {self.of} viewers of {one} watched {other} too."

    def holds(self, records: Records, viewer: int) -> bool:
        return records.together(self.video, self.other) == (self.both, self.of)


@dataclass(frozen=True)
class Invented:
    """A title that no video has: never true."""

    title: str

    def say(self, records: Records) -> str:
        return f"There is a {records.noun} “{self.title}”."

    def holds(self, records: Records, viewer: int) -> bool:
        return False


Fact = Watched | Rated | GenreTimes | LikesGenre | IsGenre | IsOfYear | Together | Invented


def facts_for(records: Records, viewer: int, video: int) -> list[Fact]:
    """Why this video: its most watched genre, the watched video nearest to it, what that got."""
    facts: list[Fact] = []
    counts = records.genre_counts(viewer)
    genres = sorted(records.genres[video], key=lambda genre: (-counts[genre], genre))
    if genres:
        facts.append(IsGenre(video, genres[0]))
        if counts[genres[0]]:
            facts.append(GenreTimes(genres[0], counts[genres[0]]))
    spoke = records.nearest_watched(viewer, video)
    if spoke is not None:
        stars = records.stars(viewer, spoke)
        facts.append(Watched(spoke) if stars is None else Rated(spoke, stars))
        facts.append(Together(spoke, video, *records.together(spoke, video)))
    return facts


_QUOTED = re.compile(r"[\"“]([^\"“”\n]{2,80})[\"”]")
_SENTENCE = re.compile(  # not behind an initial or a short title, as in "E. T." or "Dr. No"
    r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b[DM]r\.)(?<!\bMrs\.)(?<!\bvs\.)\s+(?=[A-Z0-9\"“])|\n+"
)
_STARS = re.compile(
    r"\b(\d(?:\.\d)?)(?:\s*-?\s*stars?|\s*/\s*5|\s+out\s+of\s+5|\s+of\s+5)(?!\w)", re.I
)
_YEAR_AFTER = re.compile(r"[\"”]?\s*\((\d{4})\)")
_RELEASED = re.compile(
    r"\b(?:released|made|came out|directed|filmed|film|movie)\s+(?:in|of|from)\s+(\d{4})\b", re.I
)
_OF_VIEWERS = re.compile(r"\b(\d+) of the (\d+) viewers\b", re.I)
_OF_VIDEOS = re.compile(r"\b(\d+) (?:of the )?(?:films|movies|videos)\b", re.I)
Named = tuple[int, int | str]  # where a title ends in its sentence; a video, or a title of none


def sentences(text: str) -> list[str]:
    """The sentences of a text, without empty ones."""
    return [part for part in _SENTENCE.split(str(text)[:LONGEST]) if part.strip()]


def stated(text: str, records: Records, video: int) -> list[Fact]:
    """The checkable facts of a text that recommends ``video``, each once.

    Another title is taken to be one that the viewer is said to have watched.  Stars belong to the
    title before them in the same sentence.  A genre or a year belongs to the titles of its
    sentence; where there is none, a genre belongs to the viewer's taste and a year to ``video``.
    "9 of the 64 viewers" speaks of the titles of its sentence, and "26 of the films" of its genres.
    A title with a year in brackets is a name and states nothing; a name, or a capitalised title in
    quotation marks, that no video has is invented.
    """
    facts = [fact for sentence in sentences(text) for fact in _stated(sentence, records, video)]
    return list(dict.fromkeys(facts))


def _stated(sentence: str, records: Records, video: int) -> list[Fact]:
    named, rest = _titles_in(sentence, records, video)
    facts: list[Fact] = [Invented(found) for _, found in named if isinstance(found, str)]
    known = [(place, found) for place, found in named if isinstance(found, int)]
    videos = [found for _, found in known]
    if counted := _OF_VIEWERS.search(rest):  # about other viewers, not about this one
        one, other = (videos[0], videos[1]) if len(videos) > 1 else ((*videos, video)[0], video)
        return [*facts, Together(one, other, int(counted[1]), int(counted[2]))]
    facts += [Watched(found) for found in videos if found != video]
    for stars in _STARS.finditer(rest):
        before = [found for place, found in known if place <= stars.start()]
        if before and before[-1] != video:
            facts.append(Rated(before[-1], float(stars[1])))
    for year in _RELEASED.finditer(rest):
        facts += [IsOfYear(found, int(year[1])) for found in videos or [video]]
    return facts + _genres_in(rest, records, videos)


def _titles_in(sentence: str, records: Records, about: int) -> tuple[list[Named], str]:
    """The titles in order, and the sentence with them, and the years after them, blanked out."""
    named: list[Named] = []
    longest_first = sorted(range(len(records.names)), key=lambda v: (-len(records.names[v]), v))
    for video in longest_first:
        name = records.names[video]
        if len(name) < SHORTEST or name not in sentence:
            continue
        for found in list(re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", sentence)):
            year = _YEAR_AFTER.match(sentence[found.end() :])
            plain_word = found.start() == 0 and " " not in name and not year
            if plain_word and name != records.names[about]:
                continue  # a sentence may begin with any word
            end = found.end() + (year.end() if year else 0)
            known = _of_year(name, int(year[1]) if year else None, about, records)
            named.append((end, f"{name} ({year[1]})" if known is None else known))
            sentence = _blanked(sentence, found.start(), end)
    for quoted in _QUOTED.finditer(sentence):
        title = quoted[1].strip(" ,.")
        if title[:1].isupper():
            named.append((quoted.end(), title))
            sentence = _blanked(sentence, quoted.start(), quoted.end())
    return sorted(named, key=lambda pair: pair[0]), sentence


def _blanked(sentence: str, start: int, end: int) -> str:
    return sentence[:start] + " " * (end - start) + sentence[end:]


def _of_year(name: str, year: int | None, about: int, records: Records) -> int | None:
    """A video of this name and, if given, year; the recommended one if it is among several."""
    same = [
        video
        for video, other in enumerate(records.names)
        if other == name and year in (None, records.years[video])
    ]
    return about if about in same else same[0] if same else None


def _genres_in(sentence: str, records: Records, videos: list[int]) -> list[Fact]:
    found = [
        genre
        for genre in records.kinds
        if re.search(rf"(?<!\w){re.escape(genre)}s?(?!\w)", sentence, re.IGNORECASE)
    ]
    if counted := _OF_VIDEOS.search(sentence):
        return [GenreTimes(genre, int(counted[1])) for genre in found]
    if videos:
        return [IsGenre(video, genre) for genre in found for video in videos]
    return [LikesGenre(genre) for genre in found]


def borne_out(text: str, records: Records, viewer: int, video: int) -> list[bool]:
    """For each sentence: does it state something that can be checked, and is all of it true?"""
    found = [_stated(sentence, records, video) for sentence in sentences(text)]
    return [bool(facts) and all(f.holds(records, viewer) for f in facts) for facts in found]


def share_true(facts: list[Fact], records: Records, viewer: int) -> float:
    """Share of the facts that hold; NaN where nothing is stated."""
    if not facts:
        return float("nan")
    return sum(fact.holds(records, viewer) for fact in facts) / len(facts)
