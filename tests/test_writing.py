"""Titles, descriptions and creators' names: varied, unique, and in doubt about some topics."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mavrs_course.world import phrasebook, writing
from mavrs_course.world.senses import SENSES
from mavrs_course.world.topics import N_TOPICS, TOPICS

TOPIC = np.random.default_rng(0).permutation(np.arange(2000) % N_TOPICS)


@pytest.fixture(scope="module")
def titles() -> list[str]:
    return writing.titles(TOPIC, seed=1)


def of_topic(titles: list[str], topic: int) -> list[str]:
    return [title for title, its_topic in zip(titles, TOPIC, strict=True) if its_topic == topic]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z][a-z']+", text.lower())


def test_two_thousand_videos_never_repeat_a_title(titles):
    assert len({title.casefold() for title in titles}) == 2000


def test_twenty_thousand_videos_still_have_titles_of_their_own():
    titles = writing.titles(np.arange(20_000) % N_TOPICS, seed=0)
    assert len({title.casefold() for title in titles}) == 20_000


def test_titles_are_not_made_unique_by_a_number(titles):
    numbered = [title for title in titles if re.search(r"\d\W*$", title)]
    assert not numbered


def test_titles_look_like_titles(titles):
    for title in titles:
        assert title == " ".join(title.split())
        assert 10 <= len(title) <= 120
        assert title[0].isupper()
        assert not re.search(r"[{}|]{2}|[{}]|\b[Aa] [aeio]", title), title


def test_titles_of_a_topic_take_many_forms(titles):
    for topic in range(N_TOPICS):
        openings = Counter(" ".join(words(title)[:2]) for title in of_topic(titles, topic))
        assert len(openings) >= 20
        assert openings.most_common(1)[0][1] <= 20


@pytest.mark.parametrize("topic", range(N_TOPICS))
def test_a_title_does_not_spell_the_name_of_its_topic(titles, topic):
    name = set(words(TOPICS[topic])) - {"and", "do", "it", "yourself"}
    for title in of_topic(titles, topic):
        assert not name & set(words(title)), title


def test_the_same_seed_gives_the_same_titles_and_another_does_not(titles):
    assert writing.titles(TOPIC, seed=1) == titles
    other = writing.titles(TOPIC, seed=2)
    assert sum(a == b for a, b in zip(titles, other, strict=True)) < 100


def test_titles_of_a_topic_share_more_words_with_each_other_than_with_others(titles):
    bags = [Counter(w for title in of_topic(titles, k) for w in words(title)) for k in range(20)]
    vocabulary = sorted(set().union(*bags))
    counts = np.array([[bag[word] for word in vocabulary] for bag in bags], float)
    has = [set(words(title)) for title in titles]
    rows = np.array([[word in bag for word in vocabulary] for bag in has], float)
    rarity = np.log(len(titles) / (rows.sum(axis=0) + 1))
    likeness = (rows * rarity) @ (counts / counts.sum(axis=1, keepdims=True)).T
    own = likeness[np.arange(len(titles)), TOPIC]
    others = (likeness.sum(axis=1) - own) / (N_TOPICS - 1)
    assert np.mean(own > others) > 0.95
    assert own.mean() > 3 * others.mean()


def test_some_titles_could_belong_to_either_of_two_topics(titles):
    shared = {name: writing.Phrases.read(text) for name, text in phrasebook.SHARED.items()}
    for topic in range(N_TOPICS):
        bank_words = {
            word
            for bank in shared[SENSES[topic].words].banks.values()
            for phrase in bank
            for word in words(phrase)
            if len(word) > 3
        }
        mine = of_topic(titles, topic)
        ambiguous = np.mean([len(bank_words & set(words(title))) >= 2 for title in mine])
        assert ambiguous > 0.15


def test_trash_shouts_and_nourishing_topics_do_not(titles):
    def loud(topic: int) -> float:
        return np.mean([bool(re.search(r"[A-Z]{4}|!", t)) for t in of_topic(titles, topic)])

    assert np.mean([loud(topic) for topic in range(4)]) > 0.25
    assert np.mean([loud(topic) for topic in range(16, 20)]) < 0.05


def test_every_slot_has_a_bank_and_every_bank_a_slot():
    shared = [writing.Phrases.read(text) for text in phrasebook.SHARED.values()]
    own = [writing.Phrases.read(text) for text in phrasebook.OWN]
    common = writing.Phrases.read(phrasebook.COMMON).banks
    assert len(own) == N_TOPICS
    used_of_common = set()
    for phrases in [*own, *shared, writing.CREATORS]:
        slots = set(re.findall(r"{(\w+)}", " ".join(phrases.templates)))
        assert set(phrases.banks) <= slots <= set(phrases.banks) | set(common)
        assert all(len(set(bank)) == len(bank) for bank in phrases.banks.values())
        used_of_common |= slots & set(common)
    assert used_of_common == set(common)
    assert all(len(phrases.openings) >= 2 for phrases in shared)


def test_spelling_is_british():
    everything = " ".join([*phrasebook.OWN, *phrasebook.SHARED.values(), phrasebook.CREATORS])
    american = r"\b(color|favor|gray|theater|center|tires?\b|pajama|traveler|yogurt)"
    assert not re.search(american, everything, re.IGNORECASE)


def test_a_description_names_the_creator_and_is_the_same_again():
    def describe(seed):
        return writing.description(15, "A title", "Studio Moss", np.random.default_rng(seed))

    assert "Studio Moss" in describe(0)
    assert describe(0) == describe(0)
    assert len({describe(seed) for seed in range(30)}) > 10


def test_descriptions_of_two_topics_that_share_words_open_alike():
    def openings(topic):
        texts = (
            writing.description(topic, "T", "C", np.random.default_rng(seed)) for seed in range(60)
        )
        return {text.split(" “T”")[0].split(" By C")[0].split(" C:")[0] for text in texts}

    opened = [openings(topic) for topic in range(N_TOPICS)]
    for topic, senses in enumerate(SENSES):
        for other, theirs in enumerate(SENSES):
            assert (opened[topic] == opened[other]) == (senses.words == theirs.words)


def test_creators_have_names_of_their_own():
    names = writing.creators(2000, np.random.default_rng(0))
    assert len(set(names)) == 2000
    assert writing.creators(2000, np.random.default_rng(0)) == names


@given(topic=st.lists(st.integers(0, N_TOPICS - 1), max_size=40), seed=st.integers(0, 2**32))
@settings(deadline=None, max_examples=30)
def test_any_catalogue_gets_one_title_a_video(topic, seed):
    titles = writing.titles(np.array(topic, int), seed)
    assert len(titles) == len(set(titles)) == len(topic)


@pytest.mark.parametrize("topic", [-1, 20])
def test_a_topic_that_does_not_exist_is_refused_by_its_number(topic):
    with pytest.raises(ValueError, match=f"topic {topic} does not exist.*0 to 19"):
        writing.titles(np.array([0, topic]), seed=0)
    with pytest.raises(ValueError, match=f"topic {topic} does not exist"):
        writing.description(topic, "T", "C", np.random.default_rng(0))


def test_running_out_of_words_says_so_and_what_to_do(monkeypatch):
    monkeypatch.setattr(writing, "PATIENCE", 20)
    with pytest.raises(ValueError, match=r"run out of new words after \d+ texts.*phrasebook"):
        writing.creators(100_000, np.random.default_rng(0))
