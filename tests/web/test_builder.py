"""The builder: saved as it is typed, never more than was changed, never lost, findings beside their fields."""

import json
import re
from html import unescape

import pytest
from django.urls import reverse

from campaigns.models import Campaign, Change, Push
from campaigns.services import branches, editing
from tests.factories import (
    NOW,
    add_member,
    make_campaign,
    make_launch,
    make_live,
    make_person,
    mirror,
    refuse,
)
from tests.web.building import make_account, make_draft, read_form, read_under

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(client):
    person = make_person("bea", time_zone="Europe/Paris")
    client.force_login(person)
    return person


@pytest.fixture
def account(buyer):
    return make_account({buyer: "buyer"}, name="Northwind")


@pytest.fixture
def draft(buyer, account):
    return make_draft(buyer, account)


def address(thing):
    match thing.level.value:
        case "campaign":
            return reverse("builder", args=[thing.pk])
        case "adgroup":
            return reverse("builder-adgroup", args=[thing.campaign.pk, thing.pk])
    return reverse("builder-ad", args=[thing.campaign.pk, thing.pk])


def open_form(client, thing):
    return read_form(client.get(address(thing)).content.decode())


def post(client, thing, form, htmx=True, **changes):
    data = {**form, **changes}
    return client.post(address(thing), data, headers={"HX-Request": "true"} if htmx else {})


def group_of(campaign, index=0):
    return list(campaign.adgroups.all())[index]


def ad_of(campaign):
    return group_of(campaign).ads.first()


def test_posting_an_untouched_form_saves_nothing(client, draft):
    for thing in (draft, group_of(draft), ad_of(draft)):
        before, version = thing.wanted, thing.version
        assert post(client, thing, open_form(client, thing)).status_code == 200
        thing.refresh_from_db()
        assert (thing.wanted, thing.version) == (before, version)


def test_autosave_saves_only_what_was_changed(client, draft):
    answer = post(client, draft, open_form(client, draft), campaign_name="Summer Sale")
    draft.refresh_from_db()
    assert draft.wanted["campaign_name"] == "Summer Sale"
    assert draft.wanted["budget"] == 500.0  # still the number that was pasted, not "500.00"
    assert Change.objects.first().after == {"campaign_name": "Summer Sale"}
    assert f'id="object-version" value="{draft.version}"' in answer.content.decode()


def test_autosave_answers_with_what_lies_beside_the_inputs_and_never_an_input(client, draft):
    html = post(client, draft, open_form(client, draft), budget="10").content.decode()
    assert "below TikTok&#x27;s minimum of 50.00 USD" in read_under(html, "budget")
    assert 'name="budget"' not in html
    for part in ("planline", "outline", "savedat", "object-base", "builder-state"):
        assert f'id="{part}"' in html


def test_members_that_no_field_shows_are_kept_and_said(client, buyer, account):
    draft = make_draft(
        buyer, account, {"campaign_name": "A", "adgroups": [{"targeting_spec": {"spending_power": "HIGH"}}]}
    )
    group = group_of(draft)
    assert "targeting_spec/spending_power" in client.get(address(group)).content.decode()
    post(client, group, open_form(client, group), **{"targeting_spec/languages": ["en", "fr, de"]})
    group.refresh_from_db()
    assert group.wanted["targeting_spec"] == {"spending_power": "HIGH", "languages": ["en", "fr", "de"]}


@pytest.mark.parametrize(
    ("level", "path", "typed", "then"),
    [
        ("campaign", "campaign_name", "   ", "Summer Sale"),
        ("adgroup", "targeting_spec/languages", ["en", "fr, de"], ["en", "fr, de", "es"]),
        (
            "adgroup",
            "schedule_start_time",
            "2027-03-14T02:30",
            "2027-03-15T02:30",
        ),  # the hour that spring skips
    ],
)
def test_nobody_conflicts_with_what_they_typed_themselves(client, buyer, level, path, typed, then):
    draft = make_draft(buyer, make_account({buyer: "buyer"}, zone="America/New_York"))
    thing = draft if level == "campaign" else group_of(draft)
    form = open_form(client, thing)
    for texts in (typed, typed, then):
        answer = post(client, thing, form, **{path: texts})
        assert answer.status_code == 200
        html = answer.content.decode()
        assert "Somebody else" not in html
        for name in ("base", "version"):
            form[name] = unescape(re.search(rf'id="object-{name}" value="(.*?)"', html)[1])
    assert Change.objects.filter(act="edited").count() <= 2  # what says the same again is not booked again


def test_what_is_no_amount_is_kept_as_typed_with_what_to_write_instead(client, draft):
    html = post(client, draft, open_form(client, draft), budget="abc").content.decode()
    draft.refresh_from_db()
    assert draft.wanted["budget"] == "abc"
    assert "write an amount as a number" in read_under(html, "budget")
    assert open_form(client, draft)["budget"] == ["abc"]


def test_times_are_typed_in_the_accounts_zone_and_kept_in_utc(client, draft):
    group = group_of(draft)
    form = open_form(client, group)
    html = post(client, group, form, schedule_start_time="2027-03-15T00:00").content.decode()
    group.refresh_from_db()
    assert group.wanted["schedule_start_time"] == "2027-03-15T04:00:00Z"
    assert "05:00 your time · 04:00 UTC" in read_under(html, "schedule_start_time")
    assert open_form(client, group)["schedule_start_time"] == ["2027-03-15T00:00"]


def test_the_guides_words_stay_as_typed_and_can_be_chosen(client, draft):
    group = group_of(draft)
    html = post(
        client,
        group,
        open_form(client, group),
        optimization_goal="LANDING_PAGE",
        budget_mode="BUDGET_MODE_DAY",
    ).content.decode()
    group.refresh_from_db()
    assert group.wanted["optimization_goal"] == "LANDING_PAGE"
    assert "sent as “Landing page views”" in read_under(html, "optimization_goal")
    form = open_form(client, group)
    assert (form["optimization_goal"], form["budget_mode"]) == (["LANDING_PAGE"], ["BUDGET_MODE_DAY"])


def test_a_word_that_nobody_knows_is_shown_as_typed(client, buyer, account):
    draft = make_draft(buyer, account, {"campaign_name": "A", "budget_mode": "BUDGET_MODE_WEEKLY"})
    assert "BUDGET_MODE_WEEKLY (as typed)" in client.get(address(draft)).content.decode()


def test_what_a_rule_would_refuse_stays_visible_greyed_with_the_rules_sentence(client, draft):
    html = client.get(address(draft)).content.decode()
    choice = html[html.index('<option value="BUDGET_MODE_INFINITE"') :].partition(">")[0]
    assert "disabled" in choice
    assert "does not go with CBO on" in choice


def test_a_stale_save_of_the_same_field_answers_409_with_both_values_and_loses_neither(client, buyer, draft):
    form = open_form(client, draft)
    editing.save_members(
        actor=buyer, door="page", thing=draft, version=1, changes={"budget": "600.00"}, now=NOW
    )
    answer = post(client, draft, form, budget="700.00")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "600.00" in html[html.index("conflict") :]
    assert "700.00" in html[html.index("conflict") :]
    draft.refresh_from_db()
    assert draft.wanted["budget"] == "600.00"
    again = post(
        client, draft, {**form, **_hidden(html)}, budget="700.00"
    )  # typing on does not overwrite theirs
    assert again.status_code == 409


def _hidden(html):
    """The version and the base as the answer left them in the page."""
    return read_form(f'<form id="object-form">{html}</form>')


def test_of_two_values_mine_can_be_kept_and_theirs_taken(client, buyer, draft):
    form = open_form(client, draft)
    editing.save_members(
        actor=buyer, door="page", thing=draft, version=1, changes={"budget": "600.00"}, now=NOW
    )
    assert post(client, draft, form, budget="700.00", action="take:budget").status_code == 200
    draft.refresh_from_db()
    assert draft.wanted["budget"] == "600.00"
    assert post(client, draft, form, budget="700.00", action="keep:budget").status_code == 200
    draft.refresh_from_db()
    assert draft.wanted["budget"] == "700.00"


def test_a_form_that_does_not_say_what_it_held_never_overwrites_under_an_old_version(client, buyer, draft):
    form = open_form(client, draft)
    editing.save_members(
        actor=buyer, door="page", thing=draft, version=1, changes={"budget": "600.00"}, now=NOW
    )
    answer = post(client, draft, form, base="", version="1")
    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.wanted["budget"] == "600.00"
    assert post(client, draft, {**form, **_hidden(answer.content.decode())}).status_code == 409


def test_two_people_who_change_different_fields_both_save(client, buyer, draft):
    form = open_form(client, draft)
    editing.save_members(
        actor=buyer, door="page", thing=draft, version=1, changes={"budget": "600.00"}, now=NOW
    )
    answer = post(client, draft, form, campaign_name="Summer Sale")
    draft.refresh_from_db()
    assert (draft.wanted["budget"], draft.wanted["campaign_name"]) == ("600.00", "Summer Sale")
    assert answer.status_code == 200
    assert 'name="budget" value="600.00"' in answer.content.decode()  # theirs is shown where nobody typed


def test_rows_that_moved_meanwhile_are_asked_about_instead_of_written_into(client, buyer, draft):
    ad = ad_of(draft)
    form = open_form(client, ad)
    other = {"creative_info": {"ad_format": "SINGLE_VIDEO", "video_info": {"video_id": "v12"}}}
    rows = [other, *ad.wanted["creative_list"]]
    editing.save_members(
        actor=buyer, door="page", thing=ad, version=1, changes={"creative_list": rows}, now=NOW
    )
    answer = post(client, ad, form, **{"creative_list/0/creative_info/video_info/video_id": "v99"})
    assert answer.status_code == 409
    ad.refresh_from_db()
    assert ad.wanted["creative_list"] == rows


def test_without_script_a_save_redirects_and_a_conflict_keeps_the_form(client, buyer, draft):
    form = open_form(client, draft)
    answer = post(client, draft, form, htmx=False, campaign_name="Summer Sale")
    assert (answer.status_code, answer.url) == (302, address(draft))
    answer = post(client, draft, form, htmx=False, campaign_name="Winter Sale")
    assert answer.status_code == 409
    assert 'value="Winter Sale"' in answer.content.decode()
    assert "Summer Sale" in answer.content.decode()


@pytest.mark.parametrize(
    ("level", "changes", "path", "said"),
    [
        ("campaign", {"budget": ""}, "budget", "The budget is missing"),
        (
            "adgroup",
            {"optimization_goal": "CLICK"},
            "optimization_event",
            "the goal “Clicks” counts clicks and takes no event",
        ),
        (
            "adgroup",
            {"bid_type": "BID_TYPE_CUSTOM"},
            "conversion_bid_price",
            "“Target cost per result” is missing",
        ),
        (
            "ad",
            {"page_list": "7000000000000000009"},
            "page_list",
            "“Instant page” and “Landing page” are both set",
        ),
    ],
)
def test_known_errors_appear_beside_their_fields(client, draft, level, changes, path, said):
    thing = {"campaign": draft, "adgroup": group_of(draft), "ad": ad_of(draft)}[level]
    html = post(client, thing, open_form(client, thing), **changes).content.decode()
    assert said in read_under(html, path)
    assert said in client.get(address(thing)).content.decode()


def test_an_ad_group_that_differs_under_cbo_is_named_and_one_press_mends_all(client, buyer, draft):
    for _ in range(2):
        branches.add_adgroup(
            actor=buyer,
            door="page",
            campaign=Campaign.objects.get(pk=draft.pk),
            now=NOW,
            copy_of=group_of(draft),
        )
    odd = group_of(draft, 1)
    html = post(client, odd, open_form(client, odd), billing_event="CPC").content.decode()
    assert "must be the same in all ad groups because CBO is on" in read_under(html, "billing_event")
    answer = post(client, odd, open_form(client, odd), action="fix:uniform-with-cbo|adgroups/1/billing_event")
    assert answer.status_code == 200
    assert {group.wanted["billing_event"] for group in draft.adgroups.all()} == {"OCPM"}


def test_a_fix_of_one_object_is_applied_to_all_that_it_names(client, buyer, draft):
    branches.add_adgroup(actor=buyer, door="page", campaign=draft, now=NOW, copy_of=group_of(draft))
    first, second = draft.adgroups.all()
    form = open_form(client, first)
    post(client, first, form, bid_type="BID_TYPE_CUSTOM", conversion_bid_price="15")
    post(client, first, open_form(client, first), action="fix:uniform-with-cbo|adgroups/1/bid_type")
    second.refresh_from_db()
    assert second.wanted["bid_type"] == "BID_TYPE_CUSTOM"


def test_what_was_typed_before_a_button_is_saved_with_it(client, draft):
    ad = ad_of(draft)
    post(client, ad, open_form(client, ad), ad_name="Clip A", action="add:creative_list")
    ad.refresh_from_db()
    assert ad.wanted["ad_name"] == "Clip A"
    assert len(ad.wanted["creative_list"]) == 2
    assert ad.wanted["creative_list"][1]["creative_info"]["identity_type"] == "CUSTOMIZED_USER"
    post(client, ad, open_form(client, ad), action="remove:creative_list/0")
    ad.refresh_from_db()
    assert ad.wanted["creative_list"] == [
        {"creative_info": {"ad_format": "SINGLE_VIDEO", "identity_type": "CUSTOMIZED_USER"}}
    ]


def test_texts_calls_links_and_utm_go_into_tiktoks_shapes(client, draft):
    ad = ad_of(draft)
    changes = {
        "ad_text_list": ["One", "", "Two"],
        "call_to_action_list": ["SHOP_NOW", "", "LEARN_MORE"],
        "deeplink_list/deeplink": ["shop://sale"],
        "deeplink_list/deeplink_type": ["NORMAL"],
        "ad_configuration/utm_params/key": ["utm_source", ""],
        "ad_configuration/utm_params/value": ["tiktok", ""],
    }
    post(client, ad, open_form(client, ad), **changes)
    ad.refresh_from_db()
    assert ad.wanted["ad_text_list"] == [{"ad_text": "One"}, {"ad_text": "Two"}]
    assert ad.wanted["call_to_action_list"] == [
        {"call_to_action": "SHOP_NOW"},
        {"call_to_action": "LEARN_MORE"},
    ]
    assert ad.wanted["deeplink_list"] == [{"deeplink": "shop://sale", "deeplink_type": "NORMAL"}]
    assert ad.wanted["ad_configuration"]["utm_params"] == [{"key": "utm_source", "value": "tiktok"}]


def test_audience_controls_are_hard_and_suggestions_soft_until_targeting_is_manual(client, draft):
    group = group_of(draft)
    html = client.get(address(group)).content.decode()
    assert "Audience controls" in html
    assert "section-soft" in html
    html = post(
        client, group, open_form(client, group), targeting_optimization_mode="MANUAL"
    ).content.decode()
    assert "Hard as well" in html
    assert "soft hint" not in html


def test_a_link_to_a_finding_opens_with_its_field_in_focus(client, draft):
    html = client.get(address(group_of(draft)) + "?at=conversion_bid_price").content.decode()
    field = html[html.index('id="field-conversion_bid_price"') :]
    assert field.index("autofocus") < field.index("</div>\n</div>")
    assert "hidden" not in field[: field.index(">")]


def test_the_plan_line_counts_objects_exposure_and_what_is_open(client, draft):
    html = client.get(address(draft)).content.decode()
    assert "+1 campaign, +1 ad group, +1 ad" in html
    assert "$625.00" in html
    assert "2 to confirm" in html
    assert "nothing to mend" in html


def test_objects_are_added_copied_and_removed(client, buyer, draft):
    structure = reverse("builder-structure", args=[draft.pk])
    group = group_of(draft)
    client.post(structure, {"act": "add-adgroup"})
    client.post(structure, {"act": "copy-adgroup", "id": group.pk})
    client.post(structure, {"act": "add-ad", "id": group.pk})
    client.post(structure, {"act": "copy-ad", "id": ad_of(draft).pk})
    assert [item.name for item in draft.adgroups.all()] == [
        "Auto Targeting - Conversions",
        "Ad group 2",
        "Auto Targeting - Conversions (copy)",
    ]
    assert group.ads.count() == 3
    client.post(structure, {"act": "remove-ad", "id": ad_of(draft).pk})
    client.post(structure, {"act": "remove-adgroup", "id": group_of(draft, 1).pk})
    assert (draft.adgroups.count(), group.ads.count()) == (2, 2)
    assert [item.position for item in (*draft.adgroups.all(), *group.ads.all())] == [1, 2, 1, 2]


@pytest.mark.parametrize(
    "data",
    [{"act": "add-campaign"}, {"act": "remove-ad", "id": "²"}, {"act": "remove-ad", "id": "9" * 30}, {}],
)
def test_an_act_that_makes_no_sense_is_not_found(client, draft, data):
    assert client.post(reverse("builder-structure", args=[draft.pk]), data).status_code == 404


def test_a_viewer_looks_and_cannot_change(client, draft, account):
    viewer = make_person("vic")
    add_member(viewer, account, "viewer")
    form = open_form(client, draft)
    client.force_login(viewer)
    html = client.get(address(draft)).content.decode()
    assert '<fieldset class="object-fields" disabled>' in html
    assert post(client, draft, form, budget="1").status_code == 403
    assert (
        client.post(reverse("builder-structure", args=[draft.pk]), {"act": "add-adgroup"}).status_code == 403
    )
    assert client.post(reverse("builder-discard", args=[draft.pk])).status_code == 403
    draft.refresh_from_db()
    assert draft.wanted["budget"] == 500.0


def test_a_draft_of_another_account_does_not_exist(client, draft):
    client.force_login(make_person("eve"))
    for name in ("builder", "builder-discard", "review", "review-step"):
        assert client.get(reverse(name, args=[draft.pk])).status_code == 404
    assert client.post(address(draft), {"campaign_name": "x"}).status_code == 404


def test_an_object_of_another_campaign_is_not_found_under_this_one(client, buyer, account, draft):
    other = make_draft(buyer, account)
    assert client.get(reverse("builder-adgroup", args=[draft.pk, group_of(other).pk])).status_code == 404
    assert client.get(reverse("builder-ad", args=[draft.pk, ad_of(other).pk])).status_code == 404


def test_discarding_asks_first_and_the_journal_keeps_the_tree(client, draft):
    page = reverse("builder-discard", args=[draft.pk])
    assert "Discard this draft?" in client.get(page).content.decode()
    assert Campaign.objects.filter(pk=draft.pk).exists()
    assert client.post(page).status_code == 302
    assert not Campaign.objects.filter(pk=draft.pk).exists()
    assert Change.objects.get(act="discarded").before["campaign_name"] == "Spring Sale - Smart+ Web"


def test_what_is_live_is_read_only_and_says_so(client, buyer, account):
    live = make_live(make_campaign(advertiser=account, created_by=buyer))
    html = client.get(address(live)).content.decode()
    assert "exists at TikTok already" in html
    answer = post(client, live, {"version": "1"}, budget="1")
    assert answer.status_code == 422
    assert "was not saved" in answer.content.decode()


def test_a_stopped_launch_opens_what_was_refused_with_tiktoks_answer(client, buyer, account):
    campaign = make_campaign(advertiser=account, created_by=buyer)
    make_launch(campaign, made=1)
    group = group_of(campaign)
    refuse(group)
    html = client.get(address(group)).content.decode()
    assert "Invalid bid: must be lower than the budget" in html
    assert '<fieldset class="object-fields">' in html
    assert post(client, group, open_form(client, group), adgroup_name="Mended").status_code == 200
    group.refresh_from_db()
    assert group.name == "Mended"
    campaign.refresh_from_db()
    assert "exists at TikTok already" in client.get(address(campaign)).content.decode()


def test_mending_a_stopped_launch_leads_to_what_tiktok_refused_and_marks_it(client, buyer, account):
    campaign = make_campaign(advertiser=account, created_by=buyer)
    make_launch(campaign, made=2)
    refused = ad_of(campaign)
    refuse(refused)
    for name in ("campaign", "launch-progress"):
        html = client.get(reverse(name, args=[campaign.pk])).content.decode()
        assert f'href="{address(refused)}"' in html
    html = client.get(address(refused)).content.decode()
    assert "1 refused by TikTok at the last launch" in html
    assert "nothing to mend" not in html
    assert 'title="Refused by TikTok"' in html


def test_a_running_launch_locks_the_form(client, buyer, account):
    campaign = make_campaign(advertiser=account, created_by=buyer)
    make_launch(campaign)
    assert "The launch is under way" in client.get(address(campaign)).content.decode()
    assert Push.objects.filter(state=Push.State.REFUSED).count() == 0


def test_a_tree_of_nine_hundred_ads_opens_in_few_queries(
    client, buyer, account, django_assert_max_num_queries
):
    campaign = make_campaign(advertiser=account, created_by=buyer, adgroups=30, ads=30)
    with django_assert_max_num_queries(40):
        html = client.get(address(group_of(campaign))).content.decode()
    assert html.count("outline-row") < 80
    assert "+30 ad groups, +900 ads" in html


def test_hostile_values_are_kept_or_refused_but_never_break(client, draft):
    for value in ("\x00", "9" * 400, "1e999999", "NaN", "<script>", "𝟘" * 50):
        assert post(client, draft, open_form(client, draft), budget=value).status_code == 200
    for base in ("[]", "{", json.dumps({"budget": 5}), "[" * 5000):
        assert post(client, draft, open_form(client, draft), base=base).status_code in (200, 409)
    for action in (
        "fix:",
        "fix:no-rule|x",
        "drop:",
        "drop:a/b",
        "add:budget",
        "copy:creative_list/x",
        "keep:",
        "unknown",
    ):
        assert post(client, draft, open_form(client, draft), action=action).status_code == 200


def test_mirrored_objects_cannot_be_edited_by_a_fix(client, buyer, account):
    campaign = make_campaign(advertiser=account, created_by=buyer, budget="10.00")
    make_launch(campaign, made=1)
    mirror(campaign)
    refuse(group_of(campaign))
    answer = post(
        client,
        group_of(campaign),
        open_form(client, group_of(campaign)),
        action="fix:campaign-budget-range|budget",
    )
    assert answer.status_code == 422
    campaign.refresh_from_db()
    assert campaign.wanted["budget"] == "10.00"
