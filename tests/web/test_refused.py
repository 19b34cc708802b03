"""Changes of what is live that came to rest: seen on Home and on a page of their own, each with what can be done about it."""

import pytest
from django.urls import reverse

from campaigns.models import Campaign, Change, Push
from campaigns.sync.drift import note_drift
from tests.factories import NOW, make_advertiser, make_campaign, make_live, make_person, refuse
from tests.web.clock import run_clock

pytestmark = pytest.mark.django_db
CLOSED = {
    "meaning": "allowlist",
    "code": 40118,
    "message": "The account is not allowed yet",
    "live": True,
}
CRASH = {"meaning": "crash", "message": "We could not go on with it: KeyError: 'x'.", "live": True}


@pytest.fixture(autouse=True)
def clock(settings):
    with run_clock(settings, NOW) as running:
        yield running


@pytest.fixture
def buyer(client):
    person = make_person("bea")
    client.force_login(person)
    return person


@pytest.fixture
def account(buyer):
    return make_advertiser(name="Northwind", people={buyer: "buyer"})


@pytest.fixture
def live(account):
    return make_live(make_campaign(advertiser=account, name="Tents", created_by=make_person("else")))


def turn_down(thing, **members):
    """Somebody wanted it otherwise, by default with $600 a day, and TikTok refused it."""
    wanted = {**thing.wanted, **(members or {"budget": "600.00"})}
    type(thing).objects.filter(pk=thing.pk).update(wanted=wanted)
    push = refuse(thing, error=CLOSED)
    Push.objects.filter(pk=push.pk).update(launch=None)
    note_drift([push.root_id], now=NOW)


def break_off(campaign):
    pushes = Push.objects.filter(campaign=campaign, aspect="body")
    pushes.update(state=Push.State.NEEDS_PERSON, launch=None, error=CRASH, settled_at=NOW)
    return pushes.get()


def read(client, name="today"):
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return answer.content.decode()


def test_home_says_what_was_refused_and_why(client, live):
    turn_down(live)
    page = read(client)
    for said in ("Changes refused by TikTok", "Tents", "$500.00", "$600.00", "not allowed yet", "40118"):
        assert said in page
    assert "Nothing needs you" not in page


def test_home_leads_to_the_change_of_the_very_object(client, live):
    group = live.adgroups.get()
    turn_down(group, adgroup_name="Wide")
    assert f"{reverse('campaign-change', args=[live.pk])}?target=adgroups/{group.pk}" in read(client)


def test_a_campaign_that_drifts_by_a_refused_change_alone_stands_on_home_once(client, live):
    turn_down(live)
    assert "Held otherwise at TikTok" not in read(client)


def test_what_else_drifts_beside_a_refused_change_is_told_on_home(client, live):
    group = live.adgroups.get()
    type(group).objects.filter(pk=group.pk).update(remote={**group.remote, "adgroup_name": "Theirs"})
    turn_down(live)
    assert "Held otherwise at TikTok" in read(client)


def test_a_refused_change_stands_on_the_page_of_drift(client, live):
    turn_down(live)
    assert f'id="campaign-{live.pk}"' in read(client, "drift")


def test_the_strip_leads_to_the_refused_changes(client, live):
    turn_down(live)
    assert f'href="{reverse("refused")}"' in read(client, "home")
    assert "not allowed yet" in read(client, "refused")


def test_a_viewer_is_offered_no_change(client):
    vera = make_person("vera")
    client.force_login(vera)
    campaign = make_live(make_campaign(advertiser=make_advertiser(people={vera: "viewer"}), name="Tents"))
    turn_down(campaign)
    page = read(client)
    assert "not allowed yet" in page
    assert reverse("campaign-change", args=[campaign.pk]) not in page


def test_what_was_removed_at_tiktok_asks_for_nothing(client, live):
    turn_down(live)
    Campaign.objects.filter(pk=live.pk).update(vanished_at=NOW)
    assert "Changes refused by TikTok" not in read(client)


def test_another_accounts_refusals_do_not_exist(client, account):
    turn_down(make_live(make_campaign(advertiser=make_advertiser(), name="Elsewhere")))
    assert "Elsewhere" not in read(client, "refused")


def test_a_change_that_broke_off_is_told_on_home_with_its_act(client, live):
    break_off(live)
    page = read(client)
    assert "Nobody can be sure" in page
    assert "KeyError" in page
    assert reverse("campaign-retry", args=[live.pk]) in page


def test_the_strip_counts_what_broke_off(client, live):
    break_off(live)
    assert "change broke off" in read(client, "home")


def test_the_campaigns_page_offers_to_try_again_what_broke_off(client, live):
    break_off(live)
    page = client.get(reverse("campaign", args=[live.pk])).content.decode()
    assert 'id="retry"' in page
    assert "then try it again, or change it" in page


def test_trying_again_makes_the_row_due_and_leads_back_home(client, live, buyer):
    push = break_off(live)
    answer = client.post(reverse("campaign-retry", args=[live.pk]), {"from_home": "1"})
    assert answer.headers["Location"] == reverse("today")
    push.refresh_from_db()
    assert (push.state, push.error) == ("unsure", None)
    change = Change.objects.get(act=Change.Act.RESOLVED)
    assert (change.actor, change.target, change.before) == (buyer, "campaign", [CRASH])


def test_where_nothing_broke_off_there_is_nothing_to_try_again(client, live):
    assert client.post(reverse("campaign-retry", args=[live.pk])).status_code == 409
