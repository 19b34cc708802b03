"""Two people in one draft: they see each other, and nobody's typing is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.models import Presence
from campaigns.services.presence import GONE
from campaigns.sync.clock import read_real_time
from tests.factories import make_person
from tests.web.browsing import sign_in
from tests.web.building import make_account, make_draft


@pytest.fixture
def people(db):
    return make_person("ana", first_name="Ana", last_name="Ribeiro"), make_person("bea", first_name="Bea")


@pytest.fixture
def draft(people):
    ana, bea = people
    return make_draft(ana, make_account({ana: "buyer", bea: "buyer"}, name="Northwind"))


def meet(client, person, draft, place="campaign"):
    client.force_login(person)
    answer = client.post(reverse("builder-company", args=[draft.pk]), {"place": place})
    assert answer.status_code == 200
    return answer.content.decode()


def test_whoever_is_alone_sees_nobody(client, people, draft):
    assert meet(client, people[0], draft).strip() == ""


def test_others_are_shown_where_they_are_with_the_way_there(client, people, draft):
    group = draft.adgroups.get()
    meet(client, people[0], draft, f"adgroups/{group.pk}")
    page = meet(client, people[1], draft)
    assert "Ana Ribeiro is at “Auto Targeting - Conversions”" in page
    assert reverse("builder-adgroup", args=[draft.pk, group.pk]) in page


def test_who_was_not_seen_for_a_while_is_not_there(client, people, draft):
    meet(client, people[0], draft)
    Presence.objects.update(seen_at=read_real_time() - GONE - timedelta(seconds=1))
    assert "Ana" not in meet(client, people[1], draft)


@pytest.mark.parametrize("place", ["ads/999999", "adgroups/x", "<script>", "", "x" * 5000])
def test_a_place_that_is_gone_or_nonsense_is_the_campaign(client, people, draft, place):
    meet(client, people[0], draft, place)
    assert "Ana Ribeiro is at the campaign" in meet(client, people[1], draft)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_two_browsers_in_one_draft_see_each_other_and_settle_what_both_typed(live_server, browser, page):
    ana, bea = make_person("ana", first_name="Ana"), make_person("bea", first_name="Bea")
    draft = make_draft(ana, make_account({ana: "buyer", bea: "buyer"}, name="Northwind"))
    context = browser.new_context()
    other = context.new_page()
    for visitor, name in ((page, "ana"), (other, "bea")):
        sign_in(visitor, live_server.url, name)
        visitor.goto(f"{live_server.url}/campaigns/{draft.pk}/build/")
    other.wait_for_selector("text=Ana is at the campaign")
    for visitor, typed in ((page, "From Ana"), (other, "From Bea")):
        visitor.fill("#in-field-campaign_name", typed)
        visitor.locator("#in-field-campaign_name").press("Tab")
        visitor.wait_for_selector("text=choose below" if visitor is other else "text=saved just now")
    assert other.input_value("#in-field-campaign_name") == "From Bea"
    assert "From Ana" in other.inner_text("#object")
    other.get_by_role("button", name="Keep mine").first.click()
    other.wait_for_selector("text=choose below", state="detached")
    draft.refresh_from_db()
    assert draft.name == "From Bea"
    context.close()
