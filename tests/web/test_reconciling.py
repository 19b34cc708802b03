"""What was read back otherwise than planned, on the launch's page: both values, both ways, and a yes for more money."""

import pytest
from django.urls import reverse

from campaigns.models import Push
from tests.factories import make_advertiser, make_campaign, make_launch, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(client):
    buyer = make_person()
    client.force_login(buyer)
    return make_advertiser(people={buyer: "buyer"})


def read(client, campaign):
    return client.get(reverse("launch-progress", args=[campaign.pk])).content.decode()


@pytest.fixture
def held(account):
    """Made with a budget of 500, and read back with 900."""
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=3)
    told = {"path": "budget", "wanted": 500, "remote": 900.0}
    rows = Push.objects.filter(campaign=campaign)
    rows.update(
        state=Push.State.NEEDS_PERSON, error={"meaning": "differs", "message": "", "differences": [told]}
    )
    return campaign


def decide(client, campaign, **form):
    return client.post(
        reverse("launch-progress", args=[campaign.pk]), {"act": "reconcile", **form}, follow=True
    )


def test_what_was_read_back_otherwise_is_shown_with_both_values_and_both_ways(client, held):
    page = read(client, held)
    for said in ("TikTok holds 1 value otherwise than planned", "$500.00", "$900.00", 'value="ours" checked'):
        assert said in page


def test_a_viewer_decides_nothing_of_what_was_read_back_otherwise(client, held):
    viewer = make_person("vera")
    held.advertiser.memberships.create(person=viewer, role="viewer")
    client.force_login(viewer)
    page = read(client, held)
    assert "Somebody who may launch" in page and 'name="way:budget"' not in page


def test_a_value_that_lets_more_be_spent_asks_and_stays_chosen(client, held):
    page = decide(client, held, **{"way:budget": "theirs"}).content.decode()
    assert "Say yes to that too" in page
    assert 'value="theirs" checked' in page


def test_a_decision_sends_the_row_on_its_way(client, held):
    page = decide(client, held, **{"way:budget": "ours"}).content.decode()
    assert "Decided" in page
    assert Push.objects.get(campaign=held, aspect="body").state == Push.State.WAITING
