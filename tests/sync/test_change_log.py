"""TikTok's change log says who did what there; what it does not say stays unknown."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from campaigns.models import Campaign, Change, Flip, Reading, RemoteEdit, Stranger
from campaigns.sync import readings
from campaigns.sync.attribution import Origin, attribute_drift, attribute_flip
from campaigns.sync.attribution import read_log as change_log
from campaigns.sync.changelog import parse_log
from campaigns.sync.drift import find_drift
from campaigns.sync.pull import pull_account
from campaigns.tiktok.errors import TikTokError
from tests.sync.conftest import START, World


@pytest.fixture
def live(world: World, example_1: dict[str, Any]) -> Campaign:
    campaign = world.draft(example_1)
    world.launch(campaign)
    assert world.settle()
    world.pass_time(60)
    return Campaign.objects.get(pk=campaign.pk)


def read_log(world: World) -> Reading:
    """As many steps as it takes: a task is made, asked after and fetched."""
    readings.ensure_readings(now=world.now)
    reading = Reading.objects.get(advertiser=world.advertiser, kind="changelog")
    for _ in range(5):
        Reading.objects.filter(pk=reading.pk).update(due_at=world.now)
        assert readings.read(reading.pk, world.road, now=world.now)
        reading.refresh_from_db()
        assert reading.error == ""
        if "task" not in reading.state:
            return reading
        world.pass_time(5)
    raise AssertionError("the log never came")


def test_lines_are_kept_with_who_did_it_and_by_which_tool(world: World, live: Campaign) -> None:
    edited = world.now
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 750})
    read_log(world)
    edit = RemoteEdit.objects.filter(target="campaign", campaign_ref=live.pk).order_by("-at", "-pk")[0]
    assert (edit.operator, edit.source) == ("Ads Manager user", "TikTok Ads Manager")
    assert edit.at == edited


def test_a_line_read_twice_is_kept_once(world: World, live: Campaign) -> None:
    read_log(world)
    count = RemoteEdit.objects.count()
    assert count
    read_log(world)
    assert RemoteEdit.objects.count() == count


def test_the_next_window_begins_where_the_last_one_ended(world: World, live: Campaign) -> None:
    state = read_log(world).state
    assert set(state) == {"until"}


def test_a_foreign_budget_is_attributed_to_who_the_log_names(world: World, live: Campaign) -> None:
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 750})
    pull_account(world.gateway, now=world.now)
    read_log(world)
    drift = find_drift(Campaign.objects.get(pk=live.pk))
    origin = attribute_drift(live, drift)["budget"]
    assert (origin.who, origin.how, origin.ours) == ("Ads Manager user", "TikTok Ads Manager", False)


def find_origin(world: World, live: Campaign, path: str) -> Origin:
    """As it is told once everything was read, the log last."""
    pull_account(world.gateway, now=world.now)
    read_log(world)
    campaign = Campaign.objects.get(pk=live.pk)
    return attribute_drift(campaign, find_drift(campaign))[path]


def enter_line(live: Campaign, at: datetime, member: str = "Budget", **more: str) -> None:
    """TikTok's change log tells that Kim changed a member of the campaign by hand."""
    RemoteEdit.objects.create(
        advertiser=live.advertiser,
        campaign_ref=live.pk,
        target="campaign",
        kind="CAMPAIGN",
        remote_id=live.remote_id or "",
        details=[{"action": "Change", "name": member}],
        digest=sha256(f"{member} {at} {more}".encode()).hexdigest(),
        at=at,
        **{"operator": "Kim", "source": "TikTok Ads Manager", **more},
    )


@pytest.fixture
def moved(live: Campaign) -> Flip:
    """Its budget moved at TikTok within a minute, a day after the launch."""
    at = START + timedelta(days=1)
    return Flip.objects.create(
        advertiser=live.advertiser,
        campaign_ref=live.pk,
        target="campaign",
        member="body:budget",
        before="500",
        after="750",
        cause=Flip.Cause.ELSEWHERE,
        since=at - timedelta(minutes=1),
        at=at,
    )


def who(live: Campaign, flip: Flip) -> str:
    return attribute_flip(flip, change_log(live)).who


def test_a_line_from_before_the_last_reading_that_did_not_show_it_attributes_nothing(
    live: Campaign, moved: Flip
) -> None:
    assert moved.since is not None
    enter_line(live, moved.since - timedelta(seconds=2))
    assert who(live, moved) == ""


def test_a_line_of_the_very_second_of_that_reading_may_be_from_after_it(live: Campaign, moved: Flip) -> None:
    assert moved.since is not None
    Flip.objects.update(since=moved.since + timedelta(milliseconds=400))
    enter_line(live, moved.since)
    moved.refresh_from_db()
    assert who(live, moved) == "Kim"


def test_a_line_from_after_it_was_read_attributes_nothing(live: Campaign, moved: Flip) -> None:
    enter_line(live, moved.at + timedelta(seconds=1))
    assert who(live, moved) == ""


def test_a_line_about_another_member_attributes_nothing(live: Campaign, moved: Flip) -> None:
    enter_line(live, moved.at, "Name")
    assert who(live, moved) == ""


def test_a_call_of_our_own_app_makes_nobody_else_the_doer(live: Campaign, moved: Flip, settings: Any) -> None:
    settings.TIKTOK_APP_ID = "7"
    enter_line(live, moved.at, source="Marketing API", app_id="7")
    assert who(live, moved) == ""


def test_a_call_of_whichever_app_makes_nobody_the_doer_where_ours_is_not_known(
    live: Campaign, moved: Flip
) -> None:
    enter_line(live, moved.at, source="Marketing API", app_id="8")
    assert who(live, moved) == ""


def test_a_call_of_another_app_is_somebody_elses(live: Campaign, moved: Flip, settings: Any) -> None:
    settings.TIKTOK_APP_ID = "7"
    enter_line(live, moved.at, source="Marketing API", app_id="8")
    assert who(live, moved) == "Kim"


def test_a_call_while_one_of_ours_was_out_makes_nobody_else_the_doer(
    live: Campaign, moved: Flip, settings: Any
) -> None:
    settings.TIKTOK_APP_ID = "7"
    live.pushes.filter(aspect="body").update(sent_at=moved.at, settled_at=moved.at)
    enter_line(live, moved.at, source="Marketing API", app_id="8")
    assert who(live, moved) == ""


def test_what_was_made_elsewhere_is_not_attributed_by_an_older_line_about_its_parent(
    world: World, live: Campaign
) -> None:
    world.control("status", {"level": "adgroup", "id": world.remote("adgroup")[0]["adgroup_id"], "name": "A"})
    group = live.adgroups.get()
    world.pass_time(30)
    ad = {**group.ads.get().wanted, "adgroup_id": group.remote_id, "ad_name": "Theirs"}
    world.make_elsewhere("ad", ad)
    pull_account(world.gateway, now=world.now)
    assert find_origin(world, live, f"strangers/{Stranger.objects.get().pk}").who == ""


def test_what_was_made_elsewhere_is_attributed_by_the_line_about_itself(world: World, live: Campaign) -> None:
    group = live.adgroups.get()
    ad = {**group.ads.get().wanted, "adgroup_id": group.remote_id, "ad_name": "Theirs"}
    world.make_elsewhere("ad", ad)
    pull_account(world.gateway, now=world.now)
    read_log(world)
    RemoteEdit.objects.filter(remote_id=Stranger.objects.get().remote_id).update(source="TikTok Ads Manager")
    assert find_origin(world, live, f"strangers/{Stranger.objects.get().pk}").who == "Sandbox user"


def test_a_change_of_ours_that_was_refused_is_ours_whatever_was_changed_by_hand_before(
    world: World, live: Campaign
) -> None:
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 750})
    assert find_origin(world, live, "budget").who == "Ads Manager user"
    world.pass_time(60)
    Change.objects.create(
        advertiser=live.advertiser,
        actor=world.buyer,
        door="page",
        act="edited",
        campaign_ref=live.pk,
        target="campaign",
        before={"budget": "500"},
        after={"budget": "600"},
        at=world.now,
    )
    origin = find_origin(world, live, "budget")
    assert (origin.who, origin.ours) == (world.buyer.display_name, True)


def test_a_change_of_another_member_does_not_make_it_ours(world: World, live: Campaign) -> None:
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 750})
    assert find_origin(world, live, "budget").who == "Ads Manager user"
    Change.objects.create(
        advertiser=live.advertiser,
        actor=world.buyer,
        door="page",
        act="edited",
        campaign_ref=live.pk,
        target="campaign",
        before={"campaign_name": "A"},
        after={"campaign_name": "B"},
        at=world.now + timedelta(seconds=60),
    )
    assert find_origin(world, live, "budget").who == "Ads Manager user"


def test_a_change_by_hand_during_a_launch_is_told_from_our_own_create(
    world: World, example_1: dict[str, Any]
) -> None:
    campaign = world.draft(example_1)
    world.launch(campaign)
    world.work_until(lambda: bool(world.remote("adgroup")))
    group = world.remote("adgroup")[0]["adgroup_id"]
    world.pass_time(5)
    world.control("status", {"level": "adgroup", "id": group, "name": "By hand"})
    assert world.settle()
    world.pass_time(60)
    assert find_origin(world, campaign, "adgroups/0/adgroup_name").who == "Ads Manager user"


def test_until_the_log_tells_of_it_no_line_of_our_own_create_does(
    world: World, example_1: dict[str, Any]
) -> None:
    campaign = world.draft(example_1)
    world.launch(campaign)
    assert world.settle()
    read_log(world)
    world.control("status", {"level": "adgroup", "id": campaign.adgroups.get().remote_id, "name": "By hand"})
    world.pass_time(30)
    pull_account(world.gateway, now=world.now)
    fresh = Campaign.objects.get(pk=campaign.pk)
    origin = attribute_drift(fresh, find_drift(fresh))["adgroups/0/adgroup_name"]
    assert (origin.who, origin.unread) == ("", True)


def test_without_a_line_in_the_log_the_origin_is_unknown(world: World, live: Campaign) -> None:
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 750})
    now = world.now
    pull_account(world.gateway, now=now)
    origin = attribute_drift(live, find_drift(Campaign.objects.get(pk=live.pk)))["budget"]
    assert (origin.who, origin.at) == ("", now)


def test_an_account_with_nothing_at_tiktok_costs_no_call(world: World) -> None:
    world.strike("changelog/*", "http-500")
    assert read_log(world).state == {}


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "{'file_data': b'no header'}", "__import__('os')", "{'file_data': 5}"]
)
def test_a_log_of_another_form_is_an_error_and_no_empty_log(text: str) -> None:
    with pytest.raises(TikTokError):
        list(parse_log(text))


def test_details_that_are_no_json_are_kept_as_they_stand() -> None:
    log = (
        b"Budget changes,0\n\n"
        b"Time,log_object_type,Object ID,Object,Operator,Source,App ID,Activity details\n"
        b"2026-03-12 09:00:00,CAMPAIGN,7,Name,me,Tool,,paused\n"
    )
    (line,) = parse_log(repr({"file_data": log}))
    assert (line.details, line.operator, line.kind) == ("paused", "me", "CAMPAIGN")


def pull_whole(world: World) -> None:
    readings.hasten(world.advertiser, "whole", now=world.now)
    whole = Reading.objects.get(advertiser=world.advertiser, kind="whole")
    assert readings.read(whole.pk, world.road, now=world.now)


def find_due(world: World) -> float:
    """Seconds until the change log is due."""
    due = Reading.objects.get(advertiser=world.advertiser, kind="changelog").due_at
    return (due - world.now).total_seconds()


def test_where_drift_begins_the_log_is_due_within_the_minute(world: World, live: Campaign) -> None:
    read_log(world)
    pull_whole(world)
    assert find_due(world) > 300
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 750})
    world.pass_time(30)
    pull_whole(world)
    assert find_due(world) < 60


def test_drift_that_goes_on_hastens_no_log(world: World, live: Campaign) -> None:
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 750})
    readings.ensure_readings(now=world.now)
    pull_whole(world)
    read_log(world)
    world.pass_time(120)
    pull_whole(world)
    assert find_due(world) > 60


def test_drift_found_while_a_log_is_written_is_asked_about_soon_after(world: World, live: Campaign) -> None:
    readings.ensure_readings(now=world.now)
    log = Reading.objects.get(advertiser=world.advertiser, kind="changelog")
    assert readings.read(log.pk, world.road, now=world.now)  # the task is made
    world.pass_time(1)
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 750})
    pull_whole(world)
    read_log(world)
    assert find_due(world) <= 60


def test_until_the_log_was_asked_again_nobody_is_called_unknown(world: World, live: Campaign) -> None:
    world.control("status", {"level": "campaign", "id": live.remote_id, "budget": 750})
    pull_account(world.gateway, now=world.now)
    fresh = Campaign.objects.get(pk=live.pk)
    assert attribute_drift(fresh, find_drift(fresh))["budget"].unread
    world.pass_time(1)
    RemoteEdit.objects.all().delete()
    Reading.objects.update_or_create(
        advertiser=world.advertiser,
        kind="changelog",
        defaults={"due_at": world.now, "state": {"until": world.now.isoformat()}},
    )
    assert not attribute_drift(fresh, find_drift(fresh))["budget"].unread
