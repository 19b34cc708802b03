"""The launch page: row by row, asking again by itself until nothing moves."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from campaigns.models import Launch, Push
from campaigns.sync.clock import read_real_time
from campaigns.sync.outbox import AT_ONCE
from tests.factories import NOW, make_advertiser, make_campaign, make_launch, make_live, make_person, refuse

pytestmark = pytest.mark.django_db
LATER = datetime(2126, 11, 17, 12, 3, 5, tzinfo=UTC)  # by real time, which is what rows are worked by
POLLS = 'hx-trigger="load delay:1s"'


@pytest.fixture
def account(client):
    buyer = make_person()
    client.force_login(buyer)
    return make_advertiser(people={buyer: "buyer"})


def read(client, campaign, **headers):
    answer = client.get(reverse("launch-progress", args=[campaign.pk]), headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def fragment(client, campaign):
    return read(client, campaign, **{"HX-Request": "true"})


def test_a_launch_under_way_asks_again_each_second_and_says_that_leaving_is_safe(client, account):
    campaign = make_campaign(advertiser=account, adgroups=2, ads=2)
    make_launch(campaign, made=3)
    page = fragment(client, campaign)
    assert POLLS in page
    assert "You can leave this page" in page
    assert "3 of 7 made, then they are switched on" in page
    assert "<html" not in page


def test_only_the_headline_is_read_out_and_only_when_it_changes(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=1)
    address = reverse("launch-progress", args=[campaign.pk])

    def ask(said):
        headers = {"HX-Request": "true"}
        return client.get(address, {"said": said}, headers=headers).content.decode()

    assert '<p id="launch-said" hx-swap-oob="innerHTML">Launching</p>' in ask("The launch is paused")
    assert "launch-said" not in ask("Launching")


def test_the_rows_of_a_launch_are_no_live_region(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign)
    assert "aria-live" not in fragment(client, campaign)
    assert '<p id="launch-said" class="visually-hidden" role="status"' in read(client, campaign)


def test_a_link_leads_to_the_first_row_that_needs_somebody(client, account):
    campaign = make_campaign(advertiser=account, adgroups=3)
    make_launch(campaign, made=1)
    first, second = campaign.adgroups.all()[1:]
    for group in (first, second):
        refuse(group)
    page = fragment(client, campaign)
    assert f'href="#step-adgroup-{first.pk}">To the first of 2 objects' in page
    assert f'id="step-adgroup-{first.pk}" tabindex="-1"' in page


def test_a_finished_launch_stops_asking_and_leads_to_the_campaign(client, account):
    campaign = make_live(make_campaign(advertiser=account))
    page = fragment(client, campaign)
    assert "hx-get" not in page
    assert "Live at TikTok" in page
    assert "Open the campaign" in page
    assert campaign.remote_id in page


def test_a_stopped_launch_says_that_nothing_spends_and_leads_to_the_mending(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=1)
    refuse(campaign.adgroups.get())
    page = fragment(client, campaign)
    assert "The launch stopped" in page
    assert "nothing spends" in page
    assert "Invalid bid" in page
    assert reverse("builder", args=[campaign.pk]) in page
    assert "hx-get" not in page


def test_a_stopped_launch_asks_on_while_siblings_are_still_being_made(client, account):
    campaign = make_campaign(advertiser=account, adgroups=2)
    make_launch(campaign, made=1)
    refuse(campaign.adgroups.first())
    assert POLLS in fragment(client, campaign)
    Push.objects.filter(adgroup=campaign.adgroups.last(), aspect="body").update(state=Push.State.REFUSED)
    assert "hx-get" not in fragment(client, campaign)


def test_a_viewer_is_not_led_to_the_mending(client, account):
    viewer = make_person()
    account.memberships.create(person=viewer, role="viewer")
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=1)
    refuse(campaign.adgroups.get())
    client.force_login(viewer)
    assert reverse("builder", args=[campaign.pk]) not in read(client, campaign)


@pytest.fixture
def cut_off(account):
    """A launch whose first call did not reach TikTok."""
    campaign = make_campaign(advertiser=account)
    make_launch(campaign)
    error = {
        "meaning": "unreachable",
        "code": None,
        "message": "Connection refused",
        "endpoint": "",
        "request_id": "",
    }
    Push.objects.filter(campaign=campaign, aspect="body").update(error=error, not_before=LATER)
    return campaign


def test_a_paused_launch_promises_no_next_try(client, cut_off):
    page = act(client, cut_off, act="pause").content.decode()
    assert "TikTok cannot be reached" in page
    assert "Next try" not in page and "goes on by itself" not in page
    assert "tried again once somebody goes on with the launch" in page


def test_an_unreachable_tiktok_is_said_with_the_time_of_the_next_try(client, cut_off):
    page = fragment(client, cut_off)
    assert "TikTok cannot be reached" in page
    assert "Next try" in page
    assert ">07:03:05</time>" in page  # of the account's zone; the others are in its title
    assert "12:03:05 UTC" in page


def test_an_unsure_object_is_looked_for_before_anything_is_sent_again(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=2)
    error = {"meaning": "unsure", "code": None, "message": "no answer", "endpoint": "", "request_id": ""}
    Push.objects.filter(ad__isnull=False, aspect="body").update(state=Push.State.UNSURE, error=error)
    page = fragment(client, campaign)
    assert "No clear answer" in page
    assert "before anything is sent again" in page
    assert POLLS in page


@pytest.fixture
def held(account):
    """A launch whose ad was found twice at TikTok."""
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=3)
    error = {
        "meaning": "surplus",
        "message": "TikTok holds 1 more object(s) like this one.",
        "surplus": ["1"],
    }
    Push.objects.filter(ad__isnull=False, aspect="body").update(state=Push.State.NEEDS_PERSON, error=error)
    return campaign


def test_what_needs_a_person_says_what_to_do_and_goes_on_when_somebody_looked(client, held):
    page = fragment(client, held)
    assert "There are more of it than we made" in page
    assert "I have looked at it" in page
    answer = client.post(reverse("launch-progress", args=[held.pk]), {"looked": "yes"}, follow=True)
    assert "The launch goes on" in answer.content.decode()
    assert not Push.objects.filter(state=Push.State.NEEDS_PERSON).exists()


def test_going_on_without_the_tick_changes_nothing(client, held):
    answer = client.post(reverse("launch-progress", args=[held.pk]), follow=True)
    assert "Look at it at TikTok first" in answer.content.decode()
    assert Push.objects.filter(state=Push.State.NEEDS_PERSON).count() == 1


def test_a_viewer_does_not_let_a_held_launch_go_on(client, account, held):
    viewer = make_person()
    account.memberships.create(person=viewer, role="viewer")
    client.force_login(viewer)
    assert "I have looked at it" not in fragment(client, held)
    assert client.post(reverse("launch-progress", args=[held.pk]), {"looked": "yes"}).status_code == 403


def test_a_draft_has_no_launch_page(client, account):
    campaign = make_campaign(advertiser=account)
    assert client.get(reverse("launch-progress", args=[campaign.pk])).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_tree(client, account, django_assert_max_num_queries):
    counts = []
    for size in (1, 6):
        campaign = make_campaign(advertiser=account, adgroups=size, ads=size)
        make_launch(campaign, made=2)
        with django_assert_max_num_queries(30) as captured:
            fragment(client, campaign)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


def act(client, campaign, **fields):
    return client.post(reverse("launch-progress", args=[campaign.pk]), fields, follow=True)


def test_a_launch_under_way_says_how_long_it_takes_and_is_paused_and_resumed(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=1)
    Push.objects.update(not_before=AT_ONCE)
    page = read(client, campaign)
    assert "about 6 seconds to go, 8 calls" in page  # an ad takes five between its making and its switch
    assert 'id="pause"' in page
    paused = act(client, campaign, act="pause").content.decode()
    assert "The launch is paused" in paused
    assert POLLS not in paused
    assert 'id="unpause"' in paused
    assert 'id="pause"' in act(client, campaign, act="resume").content.decode()


def test_a_launch_says_with_how_many_others_it_takes_turns(client, account):
    campaign, beside, paused = (make_campaign(advertiser=account) for _ in range(3))
    for one in (campaign, beside, paused):
        make_launch(one)
    Launch.objects.filter(campaign=paused).update(paused_at=NOW)
    assert "in turns with 1 other launch" in read(client, campaign)


def test_cancelling_asks_first_what_becomes_of_what_was_made(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=2)
    asked = client.get(reverse("launch-progress", args=[campaign.pk]), {"ask": "cancel"}).content.decode()
    assert "2 of 3 objects were made" in asked
    assert 'value="remove"' in asked
    assert 'value="keep"' in asked
    assert "The launch was cancelled" in act(client, campaign, act="keep").content.decode()
    assert not Push.objects.filter(state="waiting").exists()


def test_a_launch_that_made_nothing_is_a_draft_again_when_cancelled(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign)
    page = act(client, campaign, act="remove")
    assert page.redirect_chain[-1][0] == reverse("campaign", args=[campaign.pk])
    assert "a draft again" in page.content.decode()


def count_phase(page, words):
    return page.count(f'">{words}</span>')


def test_a_cancelled_launch_tells_what_is_kept_and_what_was_never_made(client, account):
    campaign = make_campaign(advertiser=account, adgroups=2, ads=2)
    make_launch(campaign, made=3)
    page = act(client, campaign, act="keep").content.decode()
    assert "All 3 are kept at TikTok, switched off. What was never made left the tree" in page
    assert (count_phase(page, "made, off"), count_phase(page, "never made")) == (3, 0)
    assert POLLS not in page


def test_what_a_cancelled_launch_removes_is_followed_until_it_is_gone(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=2)
    page = act(client, campaign, act="remove").content.decode()
    assert "Of 3 objects 2 are being removed; 1 was never made." in page
    assert (count_phase(page, "being removed"), count_phase(page, "never made")) == (2, 1)
    assert POLLS in page


def test_what_a_cancelled_launch_removed_is_told_as_gone(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=2)
    act(client, campaign, act="remove")
    Push.objects.filter(lane=Push.Lane.STOP).update(state=Push.State.DONE)
    for thing in (campaign, campaign.adgroups.get()):
        type(thing).objects.filter(pk=thing.pk).update(vanished_at=NOW)
    page = fragment(client, campaign)
    assert "Of 3 objects 2 were removed at TikTok; 1 was never made." in page
    assert "hx-get" not in page


def test_what_keeps_tiktok_from_removing_is_told_on_the_row(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=2)
    act(client, campaign, act="remove")
    error = {"meaning": "refused", "message": "Not allowed at this hour"}
    Push.objects.filter(lane=Push.Lane.STOP).update(state=Push.State.REFUSED, error=error)
    page = fragment(client, campaign)
    assert "Not allowed at this hour" in page


def test_what_a_launch_lost_can_be_made_again(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=2)
    campaign.adgroups.update(vanished_at=NOW)
    assert 'id="remake"' in read(client, campaign)


def test_what_was_deleted_beside_a_growth_is_none_of_its_loss(client, account):
    campaign = make_live(make_campaign(advertiser=account, adgroups=2))
    campaign.launch.grows, campaign.launch.finished_at = True, None
    campaign.launch.save()
    old = campaign.adgroups.first()
    Push.objects.filter(adgroup=old).update(launch=None)
    Push.objects.filter(ad__adgroup=old).update(launch=None)
    campaign.adgroups.filter(pk=old.pk).update(vanished_at=NOW)
    assert 'id="remake"' not in read(client, campaign)


def test_what_grows_below_a_live_campaign_does_not_call_it_off(client, account):
    campaign = make_live(make_campaign(advertiser=account))
    campaign.launch.grows, campaign.launch.finished_at = True, None
    campaign.launch.save()
    page = read(client, campaign)
    assert "What was live before runs on" in page
    assert "the campaign goes on last" not in page


def test_a_refused_growth_is_told_beside_a_live_campaign_with_the_way_to_mend_it(client, account):
    campaign = make_live(make_campaign(advertiser=account))
    campaign.launch.grows, campaign.launch.finished_at = True, None
    campaign.launch.save()
    Push.objects.filter(ad__adgroup__campaign=campaign, aspect="body").update(
        state=Push.State.REFUSED, launch=campaign.launch, error={"message": "no such post"}
    )
    home = client.get("/").content.decode()
    assert "Live" in home and "What was added was refused" in home and "change refused" in home
    assert "Nothing spends" not in home
    page = client.get(reverse("campaign", args=[campaign.pk])).content.decode()
    assert "What was live before runs on" in page and "Mend and launch again" in page
    assert 'id="mend"' in read(client, campaign)


def test_a_row_that_waits_for_the_reading_back_names_its_moment(client, account):
    campaign = make_campaign(advertiser=account)
    launch = make_launch(campaign, made=3)
    again = (read_real_time() + timedelta(hours=1)).replace(microsecond=0)
    Launch.objects.filter(pk=launch.pk).update(verify_at=again)
    switches = Push.objects.filter(adgroup__campaign=campaign, aspect="switch")
    switches.update(not_before=AT_ONCE, error={"meaning": "unsure", "message": "no answer"})
    page = fragment(client, campaign)
    assert re.findall(r'Next try <time datetime="([^"]*)"', page) == [f"{again:%Y-%m-%dT%H:%M:%SZ}"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (0, ("Nothing was made. Nothing spends.", "then it is tried anew")),
        (1, ("1 of 3 objects was made. It stays, the campaign is off", "not made twice")),
        (2, ("2 of 3 objects were made. They stay, the campaign is off", "not made twice")),
    ],
)
def test_a_launch_that_stopped_counts_what_was_made_in_plain_words(client, account, made, said):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=made)
    ad = Push.objects.filter(ad__isnull=False, aspect=Push.Aspect.BODY)
    ad.update(state=Push.State.REFUSED, error={"meaning": "refused", "message": "No"})
    page = read(client, campaign)
    assert all(text in page for text in said)
