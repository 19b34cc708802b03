"""Chance repeats, keeps its means, and never answers more with less."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from smartplus_admin.sandbox.life.chance import choose, count, draw

SHARE = st.floats(min_value=0, max_value=1)
CHANCE = st.floats(min_value=0.001, max_value=0.999)
EVEN = [(step + 0.5) / 400 for step in range(400)]


def test_a_draw_repeats_and_differs_by_seed_object_and_hour() -> None:
    assert draw(1, "ad/1", 5) == draw(1, "ad/1", 5)
    assert len({draw(*key) for key in ((1, "ad/1", 5), (2, "ad/1", 5), (1, "ad/2", 5), (1, "ad/1", 6))}) == 4


@pytest.mark.parametrize("mean", [0.1, 3.0, 19.0, 21.0, 500.0])
def test_counts_keep_their_mean(mean: float) -> None:
    assert sum(count(mean, chance) for chance in EVEN) / len(EVEN) == pytest.approx(mean, rel=0.05)


@pytest.mark.parametrize(
    ("number", "share"), [(1, 0.82), (7, 0.82), (60, 0.3), (4000, 0.02), (4000, 0.6), (500, 0.97)]
)
def test_choices_keep_their_share_however_few_there_are(number: int, share: float) -> None:
    mean = sum(choose(number, share, chance) for chance in EVEN) / len(EVEN)
    assert mean == pytest.approx(number * share, rel=0.03)


@given(number=st.integers(0, 500), share=SHARE, chance=CHANCE)
def test_choices_lie_between_none_and_all(number: int, share: float, chance: float) -> None:
    assert 0 <= choose(number, share, chance) <= number


@given(mean=st.floats(0, 18), more=st.floats(0, 2), chance=CHANCE)
def test_a_higher_mean_never_counts_less(mean: float, more: float, chance: float) -> None:
    assert count(mean + more, chance) >= count(mean, chance)
