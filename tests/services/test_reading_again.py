"""A campaign is read now because somebody asks for it, at most once in a while."""

from typing import Any

import pytest

from campaigns.models import Campaign, Reservation, Stranger
from campaigns.services.errors import Forbidden, TooSoon, Unreachable, WrongState
from campaigns.services.reading_again import Reread, read_again
from tests.factories import add_member, make_person
from tests.sync.conftest import World, example_1, open_world, world  # noqa: F401 - fixtures

APART = 10  # seconds; pull.again_apart
BOUND = 20  # seconds; push.visibility_bound


@pytest.fixture
def live(world: World, example_1: dict[str, Any]) -> Campaign:  # noqa: F811
    campaign = world.draft(example_1)
    world.launch(campaign)
    assert world.settle()
    world.pass_time(BOUND * 2)
    return Campaign.objects.get(pk=campaign.pk)


def ask(world: World, campaign: Campaign, **given: Any) -> Reread:  # noqa: F811
    return read_again(
        **{"actor": world.buyer, "campaign": campaign, "now": world.now, "road": world.road} | given
    )


def test_what_somebody_changed_at_tiktok_is_found_and_is_drift(world: World, live: Campaign) -> None:  # noqa: F811
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 750})
    assert ask(world, live).moved
    live.refresh_from_db()
    assert live.remote_member("budget") == 750
    assert live.drifting_since is not None


def test_what_was_made_elsewhere_in_it_is_found(world: World, live: Campaign) -> None:  # noqa: F811
    group = live.adgroups.get()
    body = {name: value for name, value in (group.remote or {}).items() if name in group.wanted}
    world.make_elsewhere("adgroup", {**body, "campaign_id": live.remote_id, "request_id": "99"})
    ask(world, live)
    assert Stranger.objects.get().campaign == live


def test_a_tree_is_read_with_three_calls(world: World, live: Campaign) -> None:  # noqa: F811
    seen: list[Any] = []
    world.session.hooks["response"].append(lambda answer, **_: seen.append(answer.url))
    ask(world, live)
    assert len([url for url in seen if "/get/" in url]) == 3


def test_a_reading_that_finds_nothing_new_tells_when_it_was(world: World, live: Campaign) -> None:  # noqa: F811
    ask(world, live)
    live.refresh_from_db()
    world.pass_time(APART)
    done = ask(world, live)
    assert done.moved == 0
    live.refresh_from_db()
    assert live.remote_read_at == done.at


def hide(campaign: Campaign) -> None:
    """TikTok shows no campaign of its id any more."""
    Campaign.objects.filter(pk=campaign.pk).update(remote_id="1790000000000404")
    campaign.refresh_from_db()


def test_a_campaign_that_tiktok_does_not_show_is_not_told_as_shown(world: World, live: Campaign) -> None:  # noqa: F811
    hide(live)
    assert not ask(world, live).shown


def test_asking_again_and_again_does_not_put_off_that_it_is_gone(world: World, live: Campaign) -> None:  # noqa: F811
    ask(world, live)
    hide(live)
    told: list[bool] = []
    for _ in range(2):
        world.pass_time(APART + 2)
        told.append(ask(world, live).gone)
    assert told == [False, True]


def test_it_is_read_once_in_a_while_however_often_it_is_asked_for(world: World, live: Campaign) -> None:  # noqa: F811
    ask(world, live)
    with pytest.raises(TooSoon) as told:
        ask(world, live, actor=world.manager)
    assert 0 < told.value.wait.total_seconds() <= APART
    world.pass_time(APART)
    ask(world, live)


def test_another_campaign_need_not_wait_for_it(
    world: World,  # noqa: F811
    live: Campaign,
    example_1: dict[str, Any],  # noqa: F811
) -> None:
    other = world.draft(example_1 | {"campaign_name": "Another"})
    world.launch(other)
    assert world.settle()
    ask(world, live)
    ask(world, Campaign.objects.get(pk=other.pk))


def test_where_what_goes_out_has_taken_all_room_it_is_put_off(world: World, live: Campaign) -> None:  # noqa: F811
    key = Reservation.objects.get(key__startswith="app")
    Reservation.objects.filter(pk=key.pk).update(arrival=world.now.replace(year=world.now.year + 1))
    with pytest.raises(TooSoon):
        ask(world, live)


def test_tiktoks_refusal_is_said_and_nothing_is_taken_for_gone(world: World, live: Campaign) -> None:  # noqa: F811
    world.strike("smart_plus/adgroup/get/", "http-500")
    with pytest.raises(Unreachable):
        ask(world, live)
    assert not live.adgroups.filter(vanished_at__isnull=False).exists()


def test_a_draft_has_nothing_to_be_read(world: World, example_1: dict[str, Any]) -> None:  # noqa: F811
    with pytest.raises(WrongState):
        ask(world, world.draft(example_1))


def test_a_viewer_asks_for_nothing(world: World, live: Campaign) -> None:  # noqa: F811
    vera = make_person("vera")
    add_member(vera, world.advertiser, "viewer")
    with pytest.raises(Forbidden):
        ask(world, live, actor=vera)
