"""A real prerequisite graph: 393 concepts of machine learning, where the folder is here."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from real_data import real_data

from mavrs_course.coordination.single import SingleAgent
from mavrs_course.messages import Opinion, Slate
from mavrs_course.world.learning.forgetting import ForgettingLearners
from mavrs_course.world.learning.kss import KSSLearners
from mavrs_course.world.learning.platform import LearningPlatform
from mavrs_course.world.learning.structure import KSS, KnowledgeStructure
from mavrs_course.world.logs import LogsError, LogsMissingError, load, load_structure
from mavrs_course.world.logs.concepts import read_metacademy


@pytest.fixture(scope="module")
def metacademy() -> KnowledgeStructure:
    return read_metacademy(real_data("metacademy"))


def longest_chain(structure: KnowledgeStructure) -> int:
    """Edges on the longest way through the graph."""
    longest = np.zeros(len(structure.items), dtype=int)
    for item in structure.order:
        longest[item] = max(
            (longest[p] + 1 for p in np.flatnonzero(structure.before[item])), default=0
        )
    return int(longest.max())


def test_it_has_the_size_that_its_source_has(metacademy):
    assert len(metacademy.items) == 393 and len(metacademy.edges) == 967
    assert longest_chain(metacademy) == 17
    assert len(metacademy.order) == 393  # acyclic


@pytest.mark.parametrize(
    ("concept", "others"),
    [
        ("latent Dirichlet allocation", 48),
        ("probabilistic matrix factorization", 60),
        ("hidden Markov models", 15),
    ],
)
def test_what_must_be_known_first(metacademy, concept, others):
    path = metacademy.path_to(concept)
    assert len(path) == others + 1 and path[-1] == concept
    number = metacademy.items.index
    met: set[int] = set()
    for item in path:  # each comes after all that it needs
        assert set(np.flatnonzero(metacademy.before[number(item)])) <= met
        met.add(number(item))


def test_how_far_concepts_are_apart(metacademy):
    far, neighbours = metacademy.distance, metacademy.before | metacademy.before.T
    np.testing.assert_array_equal(far == 1, neighbours)
    assert (far == far.T).all() and (np.diag(far) == 0).all()
    apart = np.isfinite(far)  # through whichever neighbour it is nearest
    for item in (0, 206, 392):
        near = far[neighbours[item]].min(axis=0, initial=np.inf) + 1
        others = apart[item] & (far[item] > 0)
        np.testing.assert_array_equal(far[item][others], near[others])


def test_whoever_knows_something_has_a_shorter_path(metacademy):
    whole = metacademy.path_to("latent Dirichlet allocation")
    rest = metacademy.path_to("latent Dirichlet allocation", known=[whole[30]])
    assert whole[30] not in rest and set(rest) < set(whole)
    assert metacademy.path_to(whole[0], known=["latent Dirichlet allocation"]) == []
    with pytest.raises(ValueError, match="unknown item 'alchemy'"):
        metacademy.path_to("alchemy")


def test_learners_can_study_it(metacademy):
    class InOrder:
        """Whatever comes first of what the learner may not know yet."""

        name = "in order"
        place = np.argsort(metacademy.order)

        def __init__(self, catalog):
            self.catalog, self.shown = catalog, 0

        def opine(self, request):
            due = self.place[self.catalog.topic[request.candidates]] == self.shown
            return Opinion(self.name, due.astype(float), np.ones(len(request)))

        def learn(self, feedback):
            self.shown += 1

    learners = ForgettingLearners(np.random.default_rng(0), metacademy, learn=1.0)
    world = LearningPlatform(learners, steps=100, rng=np.random.default_rng(1))
    world.reset(3)
    coordinator = SingleAgent(InOrder(world.catalog))
    while world.active.any():
        coordinator.learn(world.show(coordinator.recommend(world.request)))
    assert (world.lost == 0).all() and (learners.known.sum(axis=1) == 100).all()


def test_the_learner_of_kss_can_study_it_too(metacademy):
    world = LearningPlatform(
        KSSLearners(np.random.default_rng(0), metacademy), rng=np.random.default_rng(1)
    )
    world.reset(20)
    while world.active.any():
        first = world.legal.argmax(axis=1)[:, None]
        world.show(Slate(np.take_along_axis(world.request.candidates, first, axis=1)))
    assert (world.lost == 0).all()


# --- layouts --------------------------------------------------------------------------------------


def as_repository(tables, folder):
    """The same concepts as the repository has them, a folder each."""
    for row in csv.DictReader((tables / "concepts.csv").open(encoding="utf-8")):
        (folder / "concepts" / row["concept"]).mkdir(parents=True)
        (folder / "concepts" / row["concept"] / "title.txt").write_text(row["title"] + "\n")
    for row in csv.DictReader((tables / "prerequisites.csv").open(encoding="utf-8")):
        tag = row["prerequisite"].replace("_", "-")
        with (folder / "concepts" / row["concept"] / "dependencies.txt").open("a") as file:
            file.write(f"# why it is there\ntag: {tag}\nreason: it is used\nshortcut: 1\n\n")


def test_both_layouts_are_the_same_graph(metacademy, tmp_path):
    as_repository(real_data("metacademy"), tmp_path)
    again = read_metacademy(tmp_path)
    index = {name: n for n, name in enumerate(again.items)}
    edges = {(again.items[a], again.items[b]) for a, b in again.edges}
    assert edges == {(metacademy.items[a], metacademy.items[b]) for a, b in metacademy.edges}
    assert index.keys() == set(metacademy.items)


def two_concepts(folder, **files):
    for name, text in files.items():
        path = folder / "concepts" / name
        path.mkdir(parents=True)
        (path / "dependencies.txt").write_text(text)
    return folder


def test_concepts_without_a_title_go_by_their_tag_and_strange_prerequisites_are_left_out(tmp_path):
    two_concepts(tmp_path, bayes_rule="tag: not_here\n", lda="tag: bayes-rule\n# tag: lda\n")
    assert read_metacademy(tmp_path) == KnowledgeStructure(("bayes rule", "lda"), ((0, 1),))


def test_a_circle_an_empty_folder_and_a_missing_one_are_told(tmp_path, monkeypatch):
    two_concepts(tmp_path, a="tag: b\n", b="tag: a\n")
    with pytest.raises(LogsError, match="circle"):
        read_metacademy(tmp_path)
    (tmp_path / "empty" / "concepts").mkdir(parents=True)
    with pytest.raises(LogsError, match="no concepts"):
        read_metacademy(tmp_path / "empty")
    monkeypatch.setenv("MAVRS_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(LogsMissingError, match="mavrs data get metacademy"):
        load_structure()


def test_a_graph_is_no_log_and_a_log_no_graph(monkeypatch):
    monkeypatch.setenv("MAVRS_DATA", str(real_data("metacademy").parent))
    assert len(load_structure().items) == 393
    with pytest.raises(LogsError, match="load_structure"):
        load("metacademy")
    real_data("ml-latest-small")
    with pytest.raises(LogsError, match="is a log of viewers"):
        load_structure("movielens-latest-small")


def test_what_comes_before_is_every_way_back():
    assert KSS.path_to("portfolios")[-1] == "portfolios"
    assert KSS.all_before[9].sum() == 9  # all others
    assert KSS.path_to("growth", known=["percentages"]) == ["graphs", "powers", "growth"]
