"""Editing a row of the list, and undo: the same gate as the page of a change, which is what stands there without script."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from campaigns.contract.shape import read_moment
from campaigns.models import AdGroup, Campaign, Change
from campaigns.sync.bodies import compose_wanted
from campaigns.sync.clock import read_real_time
from tests.factories import (
    add_adgroup,
    add_assets,
    list_tree,
    make_advertiser,
    make_campaign,
    make_live,
    make_person,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def live(client):
    manager = make_person()
    client.force_login(manager)
    account = make_advertiser(people={manager: "manager"})
    add_assets(account)
    campaign = make_live(make_campaign(advertiser=account))
    hold_as_wanted(campaign)
    return Campaign.objects.get(pk=campaign.pk)


def hold_as_wanted(campaign):
    """TikTok holds everything as it is wanted."""
    for thing in list_tree(campaign):
        type(thing).objects.filter(pk=thing.pk).update(remote={**thing.remote, **compose_wanted(thing, {})})


def send(client, campaign, headers=HTMX, **fields):
    given = {"version": campaign.tree_version, "back": "sort=name", "act": "quick"} | fields
    return client.post(reverse("campaign-change", args=[campaign.pk]), given, headers=headers)


def undo(client):
    change = Change.objects.filter(act="edited").latest("pk")
    return client.post(reverse("change-undo", args=[change.pk]))


def budget_of(campaign):
    return float(Campaign.objects.get(pk=campaign.pk).wanted["budget"])


def test_the_row_becomes_a_form_of_the_same_fields(client, live):
    address = reverse("campaign-change", args=[live.pk])
    row = client.get(address, {"back": "sort=name"}, headers=HTMX).content.decode()
    assert "<html" not in row
    assert 'name="campaign_name"' in row
    assert 'name="budget"' in row
    assert 'name="operation_status"' in row


def test_a_lowering_goes_at_once_and_leads_back_to_the_list_as_it_was(client, live):
    answer = send(client, live, budget="450")
    assert answer["HX-Redirect"] == "/?sort=name"
    assert budget_of(live) == 450


def test_without_script_it_leads_back_to_the_list_too(client, live):
    assert send(client, live, headers={}, budget="450")["Location"] == "/?sort=name"


def test_a_raise_shows_the_worst_day_and_sends_nothing_before_a_yes(client, live):
    answer = send(client, live, budget="550")
    assert answer.status_code == 422
    assert "$687.50" in answer.content.decode()
    assert budget_of(live) == 500
    assert "HX-Redirect" in send(client, live, budget="550", confirm="raises-spend")


def test_what_the_rules_refuse_stays_typed_with_the_finding(client, live):
    answer = send(client, live, budget="1")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="1"' in page
    assert "finding-refuse" in page


def test_a_stale_row_says_so_and_sends_nothing(client, live):
    send(client, live, campaign_name="Renamed by a colleague")
    assert send(client, live, budget="450").status_code == 409
    assert budget_of(live) == 500


def test_the_toast_offers_undo_and_undo_of_a_raise_is_a_lowering_that_goes_at_once(client, live):
    send(client, live, budget="550", confirm="raises-spend")
    assert reverse("change-undo", args=[Change.objects.latest("pk").pk]) in client.get("/").content.decode()
    assert undo(client).status_code == 302
    assert budget_of(live) == 500
    assert Change.objects.filter(act="edited").count() == 2


def test_undo_of_a_lowering_is_a_raise_and_asks(client, live):
    send(client, live, budget="450")
    answer = undo(client)
    assert answer.status_code == 422
    assert "More can be spent than before" in answer.content.decode()
    assert budget_of(live) == 450


def test_undo_gives_a_name_back(client, live):
    send(client, live, campaign_name="Otherwise")
    undo(client)
    assert Campaign.objects.get(pk=live.pk).name == live.name


def test_nothing_is_undone_that_somebody_changed_again_since(client, live):
    send(client, live, campaign_name="Otherwise")
    first = Change.objects.filter(act="edited").get()
    send(client, Campaign.objects.get(pk=live.pk), campaign_name="And again")
    assert client.post(reverse("change-undo", args=[first.pk])).status_code == 409
    assert Campaign.objects.get(pk=live.pk).name == "And again"


def test_another_accounts_change_cannot_be_undone(client, live):
    send(client, live, budget="450")
    client.force_login(make_person())
    assert undo(client).status_code == 404


def test_a_viewer_sees_no_way_to_edit(client, live):
    viewer = make_person()
    live.advertiser.memberships.create(person=viewer, role="viewer")
    client.force_login(viewer)
    assert reverse("campaign-change", args=[live.pk]) not in client.get("/").content.decode()


@pytest.fixture
def scheduled(client):
    """Two ad groups that run for thirty days from yesterday on."""
    manager = make_person()
    client.force_login(manager)
    account = make_advertiser(people={manager: "manager"}, zone="Asia/Tokyo")
    add_assets(account)
    campaign = make_campaign(advertiser=account, adgroups=0)
    own = runs()
    for place in (1, 2):
        add_adgroup(campaign, place=place, **own)
    make_live(campaign)
    hold_as_wanted(campaign)
    return Campaign.objects.get(pk=campaign.pk)


def runs(days=30):
    start = read_real_time().replace(microsecond=0) - timedelta(days=1)
    return {
        "schedule_type": "SCHEDULE_START_END",
        "schedule_start_time": start.isoformat(),
        "schedule_end_time": (start + timedelta(days=days)).isoformat(),
    }


def list_ends(campaign):
    groups = AdGroup.objects.filter(campaign=campaign).order_by("position")
    ends = [group.wanted.get("schedule_end_time") for group in groups]
    return [read_moment(end) if end else None for end in ends]


def shown(client, campaign):
    return client.get(reverse("campaign-change", args=[campaign.pk]), headers=HTMX).content.decode()


def test_one_schedule_of_all_ad_groups_stands_in_the_row_in_the_accounts_zone(client, scheduled):
    local = list_ends(scheduled)[0].astimezone(ZoneInfo("Asia/Tokyo"))
    page = shown(client, scheduled)
    assert f'name="schedule_end_time" value="{local:%Y-%m-%dT%H:%M}"' in page
    assert "Asia/Tokyo" in page


def test_an_earlier_end_goes_to_every_ad_group_at_once(client, scheduled):
    ends = list_ends(scheduled)
    local = (ends[0] - timedelta(days=10)).astimezone(ZoneInfo("Asia/Tokyo"))
    answer = send(client, scheduled, schedule_end_time=f"{local:%Y-%m-%dT%H:%M}")
    assert "HX-Redirect" in answer, answer.content.decode()
    wanted = local.replace(second=0, microsecond=0).astimezone(UTC)
    assert list_ends(scheduled) == [wanted, wanted]


def test_undo_gives_every_ad_group_its_end_back(client, scheduled):
    ends = [end.replace(second=0) for end in list_ends(scheduled)]
    local = (ends[0] + timedelta(days=10)).astimezone(ZoneInfo("Asia/Tokyo"))
    send(client, scheduled, schedule_end_time=f"{local:%Y-%m-%dT%H:%M}", confirm="raises-spend")
    assert list_ends(scheduled) != ends
    assert undo(client).status_code == 302
    assert list_ends(scheduled) == ends


def test_a_longer_run_can_spend_more_in_all_and_asks(client, scheduled):
    ends = list_ends(scheduled)
    local = (ends[0] + timedelta(days=10)).astimezone(ZoneInfo("Asia/Tokyo"))
    answer = send(client, scheduled, schedule_end_time=f"{local:%Y-%m-%dT%H:%M}")
    assert answer.status_code == 422
    assert "2 ad groups" in answer.content.decode()
    assert list_ends(scheduled) == ends


def test_an_end_in_the_past_is_refused_once_for_all(client, scheduled):
    answer = send(client, scheduled, schedule_end_time="2020-01-01T00:00")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("is over already") == 1
    assert "The same of 1 more." in page


def test_without_an_end_it_runs_on(client, scheduled):
    send(client, scheduled, schedule_end_time="", confirm="raises-spend")
    groups = AdGroup.objects.filter(campaign=scheduled)
    assert {group.wanted["schedule_type"] for group in groups} == {"SCHEDULE_FROM_NOW"}
    assert list_ends(scheduled) == [None, None]


def test_different_schedules_are_said_with_the_way_to_each(client, scheduled):
    group = scheduled.adgroups.first()
    AdGroup.objects.filter(pk=group.pk).update(wanted={**group.wanted, **runs(days=12)})
    page = shown(client, scheduled)
    assert 'name="schedule_end_time"' not in page
    assert "run by 2 schedules" in page
    assert reverse("campaign", args=[scheduled.pk]) in page


def test_a_schedule_typed_beside_a_stale_row_is_not_sent(client, scheduled):
    ends = list_ends(scheduled)
    send(client, scheduled, campaign_name="Renamed by a colleague")
    local = (ends[0] - timedelta(days=10)).astimezone(ZoneInfo("Asia/Tokyo"))
    assert send(client, scheduled, schedule_end_time=f"{local:%Y-%m-%dT%H:%M}").status_code == 409
    assert list_ends(scheduled) == ends
