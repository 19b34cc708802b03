"""How long a launch still takes: calls at our own rate, five seconds for ads (R85), and whatever is waited for."""

from datetime import timedelta

from campaigns.queries.pace import Pile, count_calls, estimate
from tests.factories import NOW

SOON = timedelta(seconds=3)


def estimate_for(*piles: Pile, verified: bool = False, beside: int = 1) -> int:
    return estimate(piles, verified=verified, beside=beside, real_now=NOW)


def test_switches_of_one_level_go_twenty_in_a_call() -> None:
    assert count_calls([Pile("switch", 2, 60, 41, NOW)], verified=True) == 3


def test_a_launch_that_was_not_read_back_yet_takes_a_reading_of_each_level() -> None:
    assert count_calls([Pile("switch", 0, 1, 1, NOW)], verified=False) == 1 + 3


def test_what_is_all_done_takes_no_time() -> None:
    assert estimate_for(Pile("body", 2, 9, 0, None), verified=True) == 0


def test_sixty_calls_take_six_seconds_and_a_bit() -> None:
    assert estimate_for(Pile("body", 1, 60, 60, NOW), verified=True) == 7


def test_an_ad_is_not_switched_within_five_seconds_of_its_making() -> None:
    piles = [Pile("body", 2, 1, 1, NOW), Pile("switch", 2, 1, 1, NOW)]
    assert estimate_for(*piles, verified=True) == 6


def test_readings_fall_into_the_five_seconds_of_the_ads() -> None:
    piles = [Pile("body", 2, 1, 1, NOW), Pile("switch", 2, 1, 1, NOW)]
    assert estimate_for(*piles, verified=False) == estimate_for(*piles, verified=True)


def test_ads_that_were_made_a_moment_ago_wait_for_the_rest_of_theirs() -> None:
    assert estimate_for(Pile("switch", 2, 60, 60, NOW + SOON), verified=True) == 4


def test_what_is_tried_again_later_is_waited_for() -> None:
    assert estimate_for(Pile("body", 1, 5, 1, NOW + timedelta(minutes=1)), verified=True) == 60


def test_launches_of_one_connection_take_turns() -> None:
    assert estimate_for(Pile("body", 1, 60, 60, NOW), verified=True, beside=3) == 19
