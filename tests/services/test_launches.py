"""Nothing leaves the house past a refusal, an unsaid yes, or somebody else's change."""

from typing import Any

import pytest

from campaigns.models import Advertiser, Campaign, Change, Identity, Launch, Person, Push
from campaigns.services import drafts, launches
from campaigns.services.errors import Forbidden, Refused, Stale, Unconfirmed, WrongState
from tests.factories import NOW, add_assets, add_member, make_advertiser, make_person

AD: dict[str, Any] = {
    "ad_name": "",
    "creative_list": [
        {
            "creative_info": {
                "ad_format": "SINGLE_VIDEO",
                "video_info": {"video_id": "v11"},
                "image_info": [{"web_uri": "img1"}],
                "identity_type": "TT_USER",
                "identity_id": "tt1",
            }
        }
    ],
    "ad_text_list": [{"ad_text": "Rain? Good."}],
    "landing_page_url_list": [{"landing_page_url": "https://example.com/"}],
}
TREE: dict[str, Any] = {
    "campaign_name": "Spring",
    "objective_type": "WEB_CONVERSIONS",
    "budget": "500.00",
    "adgroups": [
        {
            "adgroup_name": "One",
            "promotion_type": "WEBSITE",
            "optimization_goal": "CONVERT",
            "optimization_event": "SHOPPING",
            "pixel_id": "7100000000000000001",
            "billing_event": "OCPM",
            "bid_type": "BID_TYPE_NO_BID",
            "schedule_type": "SCHEDULE_FROM_NOW",
            "targeting_spec": {"location_ids": ["6252001"]},
            "ads": [AD],
        }
    ],
}


@pytest.fixture
def account(db: None) -> Advertiser:
    advertiser = make_advertiser()
    add_assets(advertiser)
    Identity.objects.create(
        advertiser=advertiser, identity_id="tt1", identity_type="TT_USER", name="The shop's TikTok"
    )
    return advertiser


@pytest.fixture
def buyer(account: Advertiser) -> Person:
    person = make_person("buyer")
    add_member(person, account, "buyer")
    return person


def make_draft(account: Advertiser, buyer: Person, **changes: Any) -> Campaign:
    return drafts.create_draft(
        actor=buyer, door="rest", advertiser=account, tree={**TREE, **changes}, now=NOW
    )


def launch(campaign: Campaign, actor: Person, **more: Any) -> Launch:
    given = {"version": campaign.tree_version, "acknowledged": frozenset()} | more
    return launches.start_launch(actor=actor, door="rest", campaign=campaign, now=NOW, **given)


def test_a_launch_opens_a_row_for_each_body_and_each_switch(account: Advertiser, buyer: Person) -> None:
    launch(make_draft(account, buyer), buyer)
    assert sorted(Push.objects.values_list("depth", "aspect")) == [
        (0, "body"), (0, "switch"), (1, "body"), (1, "switch"), (2, "body"), (2, "switch"),
    ]  # fmt: skip


def test_only_the_root_is_due_at_first(account: Advertiser, buyer: Person) -> None:
    launch(make_draft(account, buyer), buyer)
    assert list(Push.objects.due(NOW).values_list("depth", "aspect")) == [(0, "body")]


def test_a_refusal_stops_the_launch_with_all_findings(account: Advertiser, buyer: Person) -> None:
    with pytest.raises(Refused) as caught:
        launch(make_draft(account, buyer, budget="1.00"), buyer)
    assert "campaign-budget-range" in [finding.rule for finding in caught.value.findings]
    assert not Launch.objects.exists()


def test_an_unsaid_yes_stops_the_launch(account: Advertiser, buyer: Person) -> None:
    group = {**TREE["adgroups"][0], "targeting_spec": {}}
    with pytest.raises(Unconfirmed) as caught:
        launch(make_draft(account, buyer, adgroups=[group]), buyer)
    assert [finding.path for finding in caught.value.findings] == ["adgroups/0/targeting_spec/location_ids"]


def test_a_yes_to_a_rule_counts_at_every_path(account: Advertiser, buyer: Person) -> None:
    group = {**TREE["adgroups"][0], "targeting_spec": {}}
    draft = make_draft(account, buyer, adgroups=[group, group])
    launch(draft, buyer, acknowledged=frozenset({("sent-otherwise-money-or-audience", None)}))
    assert Launch.objects.exists()


def test_a_change_by_somebody_else_stops_the_launch(account: Advertiser, buyer: Person) -> None:
    draft = make_draft(account, buyer)
    with pytest.raises(Stale):
        launch(draft, buyer, version=draft.tree_version + 1)


def test_a_second_launch_is_refused(account: Advertiser, buyer: Person) -> None:
    draft = make_draft(account, buyer)
    launch(draft, buyer)
    draft.refresh_from_db()
    with pytest.raises(WrongState):
        launch(draft, buyer)


def test_a_viewer_cannot_launch(account: Advertiser, buyer: Person) -> None:
    viewer = make_person()
    add_member(viewer, account, "viewer")
    with pytest.raises(Forbidden):
        launch(make_draft(account, buyer), viewer)


def test_from_the_launch_on_wanted_is_what_is_sent_and_the_journal_keeps_what_was_typed(
    account: Advertiser, buyer: Person
) -> None:
    group = {**TREE["adgroups"][0], "optimization_event": "COMPLETE_PAYMENT"}
    draft = make_draft(account, buyer, adgroups=[group])
    launch(draft, buyer)
    assert draft.adgroups.get().wanted["optimization_event"] == "SHOPPING"
    change = Change.objects.get(act=Change.Act.LAUNCHED)
    assert change.before["adgroups"][0]["optimization_event"] == "COMPLETE_PAYMENT"


def test_a_start_that_was_left_out_is_the_moment_of_the_launch(account: Advertiser, buyer: Person) -> None:
    draft = make_draft(account, buyer)
    launch(draft, buyer)
    assert draft.adgroups.get().wanted["schedule_start_time"] == "2026-11-17T12:00:00Z"
