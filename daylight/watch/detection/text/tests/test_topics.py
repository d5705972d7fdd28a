"""Topics form by themselves, stay few, and outlive a restart."""

import numpy as np
import pytest

from daylight.watch.detection.text.description import describe
from daylight.watch.detection.text.heard import Heard
from daylight.watch.detection.text.memory import Memory, Rows
from daylight.watch.detection.text.terms import rising_terms
from daylight.watch.detection.text.tests.test_replay import TROUBLE
from daylight.watch.detection.text.topics import Topics
from daylight.watch.detection.text.vectors import vectors

OTHERS = (
    "I forgot my password",
    "Where is my parcel?",
    "The invoice is wrong",
    "Can I change my seat on the train?",
    "How do I cancel the subscription",
    "My phone has no signal",
)


def test_messages_on_one_thing_share_a_topic() -> None:
    topics = Topics()
    topics.assign(OTHERS * 4, at=0)

    first = topics.assign(["I have forgotten my password", "forgot the password again", "Where is the parcel"], at=60)

    assert first[0] == first[1] != first[2]


def test_a_text_without_words_has_no_topic() -> None:
    assert Topics().assign(["", "!!!"], at=0) == [-1, -1]


def test_topics_stay_few_and_old_names_are_answered() -> None:
    chance = np.random.default_rng(1)
    topics = Topics(most=50)

    names = topics.assign_vectors(chance.normal(size=(600, 256)).astype(np.float32), at=0)

    assert len(topics.names) <= 50 + 256
    assert {topics.now_called(name) for name in names} <= set(topics.names.tolist())


def test_topics_outlive_a_restart() -> None:
    topics = Topics()
    before = topics.assign(OTHERS, at=0)

    again = Topics.from_bytes(topics.to_bytes())

    assert again.assign(OTHERS, at=1) == before == topics.assign(OTHERS, at=1)


def test_points_have_length_one_and_are_the_same_alone_or_together() -> None:
    together = vectors([*OTHERS, "", "Je n'arrive pas à me connecter"])

    assert np.allclose(np.linalg.norm(np.delete(together, -2, 0), axis=1), 1, atol=1e-5)
    assert not together[-2].any()
    assert np.allclose(vectors([OTHERS[2]])[0], together[2], atol=1e-5)


def test_rising_terms_name_the_trouble() -> None:
    terms = [term.words for term in rising_terms(TROUBLE, OTHERS * 30)]

    assert "milk" in " ".join(terms[:3])
    assert "password" not in terms


def test_a_description_says_what_where_and_how_many() -> None:
    now = [Heard(0, text, f"customer {number // 2}", {"region": "north"}) for number, text in enumerate(TROUBLE)]
    before = [
        Heard(0, text, "", {"region": "north" if number % 4 == 0 else "south"})
        for number, text in enumerate(OTHERS * 20)
    ]

    told = describe(now, before)

    assert told.places[0].value == "north"
    assert len(told.typical) == 5
    assert told.writers == 8
    assert told.copies == 0


def test_memory_is_bounded_and_counts_stay_true() -> None:
    memory, many = Memory(), 2_000
    for start in range(40):
        fresh = Rows(
            np.zeros((many, 256), np.float32),
            np.zeros((many, 256), np.float32),
            start * 43_200.0 + np.linspace(0, 43_199, many),
            np.ones(many, np.float32),
            np.arange(many),
        )
        memory.age(float(fresh.times[0]))
        memory.add(fresh)

    assert len(memory.recent) + len(memory.past) < 25_000
    assert float(memory.recent.weights.sum() + memory.past.weights.sum()) == pytest.approx(40 * many, rel=0.01)
