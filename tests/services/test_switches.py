"""Stops always pass and go first; starting again is a manager's word."""

import pytest

from campaigns.models import Advertiser, Campaign, Change, Person, Push
from campaigns.services.errors import Forbidden, WrongState
from campaigns.services.switches import set_switch
from tests.factories import NOW, add_member, make_advertiser, make_person


@pytest.fixture
def account(db: None) -> Advertiser:
    return make_advertiser()


@pytest.fixture
def campaign(account: Advertiser) -> Campaign:
    return Campaign.objects.create(
        advertiser=account,
        created_by=make_person(),
        created_at=NOW,
        changed_at=NOW,
        name="Live",
        wanted={"campaign_name": "Live"},
        remote_id="18",
        remote={"campaign_id": "18", "operation_status": "ENABLE"},
        operation_status="ENABLE",
    )


def member(account: Advertiser, role: str) -> Person:
    person = make_person()
    add_member(person, account, role)
    return person


def test_a_buyer_may_stop_and_it_goes_into_the_fast_lane(account: Advertiser, campaign: Campaign) -> None:
    set_switch(actor=member(account, "buyer"), door="page", thing=campaign, status="DISABLE", now=NOW)
    push = Push.objects.get()
    assert (push.lane, push.aspect, push.state) == (Push.Lane.STOP, "switch", "waiting")


def test_a_buyer_may_not_start_again(account: Advertiser, campaign: Campaign) -> None:
    with pytest.raises(Forbidden):
        set_switch(actor=member(account, "buyer"), door="page", thing=campaign, status="ENABLE", now=NOW)


def test_a_manager_may_start_again(account: Advertiser, campaign: Campaign) -> None:
    set_switch(actor=member(account, "manager"), door="page", thing=campaign, status="ENABLE", now=NOW)
    assert Change.objects.get().act == Change.Act.STARTED


def test_a_viewer_may_not_even_stop(account: Advertiser, campaign: Campaign) -> None:
    with pytest.raises(Forbidden):
        set_switch(actor=member(account, "viewer"), door="page", thing=campaign, status="DISABLE", now=NOW)


def test_a_draft_has_nothing_to_switch(account: Advertiser, campaign: Campaign) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(remote_id=None)
    with pytest.raises(WrongState):
        set_switch(actor=member(account, "buyer"), door="page", thing=campaign, status="DISABLE", now=NOW)
