"""The grid of a draft: all ad groups or ads as one form, saved in one act, findings on the cells, what must be equal once."""

import json
import re

import pytest
from django.urls import reverse

from campaigns.models import Ad, Change
from campaigns.services import editing
from tests.factories import NOW, add_member, make_campaign, make_live, make_person
from tests.web.building import make_account
from tests.web.gridding import list_groups, make_groups, open_grid, read_cell, read_cells, save

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
    return make_groups(buyer, account, 3)


def test_saving_an_untouched_grid_changes_nothing(client, draft):
    for name in ("grid", "grid-ads"):
        form = read_cells(open_grid(client, draft, name))
        save(client, draft, form, name)
    assert not Change.objects.filter(act="edited").exists()


def test_a_plain_form_saves_every_changed_cell_in_one_act(client, draft):
    first, second, _ = list_groups(draft)
    form = read_cells(open_grid(client, draft))
    changes = {f"{first.pk}:adgroup_name": "North", f"{second.pk}:adgroup_name": "South"}
    assert save(client, draft, form, **changes).status_code == 302
    assert [group.name for group in list_groups(draft)] == ["North", "South", "Group 3"]
    change = Change.objects.get(act="edited")
    assert change.after == {"adgroups/0/adgroup_name": "North", "adgroups/1/adgroup_name": "South"}
    assert change.before == {"adgroups/0/adgroup_name": "Group 1", "adgroups/1/adgroup_name": "Group 2"}


def test_what_must_be_equal_under_cbo_is_one_cell_for_all_ad_groups(client, draft):
    html = open_grid(client, draft)
    assert 'rowspan="3"' in read_cell(html, "all:optimization_event")
    assert f'name="{list_groups(draft)[0].pk}:optimization_event"' not in html
    save(client, draft, read_cells(html), **{"all:optimization_event": "FORM"})
    assert [group.wanted["optimization_event"] for group in list_groups(draft)] == ["FORM"] * 3


def test_with_cbo_off_the_four_that_must_be_equal_are_merged_and_no_others(client, buyer, account):
    draft = make_groups(buyer, account, 2, budget_mode="BUDGET_MODE_DYNAMIC_DAILY_BUDGET", budget="80.00")
    editing.save_members(
        actor=buyer, door="page", thing=draft, version=1, changes={"budget_optimize_on": False}, now=NOW
    )
    html = open_grid(client, draft)
    merged = set(re.findall(r'name="all:([\w/]+)"', html))
    assert merged == {"bid_type", "budget_mode"}
    assert f'name="{list_groups(draft)[0].pk}:budget"' in html


def test_where_equal_cells_differ_each_is_shown_and_one_press_makes_them_equal(client, draft):
    third = list_groups(draft)[2]
    change = {"optimization_event": "FORM"}
    editing.save_members(actor=draft.created_by, door="page", thing=third, version=1, changes=change, now=NOW)
    html = open_grid(client, draft)
    assert "says-refuse" in read_cell(html, f"{third.pk}:optimization_event")
    assert "must be equal" in html
    action = re.search(r'value="(fix:uniform-with-cbo\|[^"]+)"', html)[1]
    save(client, draft, read_cells(html), action=action)
    assert 'name="all:optimization_event"' in open_grid(client, draft)


def test_an_event_is_shown_and_written_by_its_name(client, buyer, account):
    draft = make_groups(buyer, account, 2, optimization_event="ON_WEB_CART")
    html = open_grid(client, draft)
    assert 'value="Add to cart"' in read_cell(html, "all:optimization_event")
    save(client, draft, read_cells(html), **{"all:optimization_event": "initiate checkout"})
    assert [group.wanted["optimization_event"] for group in list_groups(draft)] == ["INITIATE_ORDER"] * 2


def test_a_cell_that_cannot_be_read_is_kept_as_typed_with_its_error(client, draft):
    key = f"{list_groups(draft)[0].pk}:schedule_end_time"
    html = open_grid(client, draft, col="schedule_end_time")
    save(client, draft, read_cells(html), **{key: "next Friday"})
    cell = read_cell(open_grid(client, draft, col="schedule_end_time"), key)
    assert 'value="next Friday"' in cell
    assert "says-refuse" in cell


def test_a_switch_that_is_neither_on_nor_off_is_not_taken_for_off(client, draft):
    group = list_groups(draft)[0]
    html = open_grid(client, draft, col="comment_disabled")
    save(client, draft, read_cells(html), **{f"{group.pk}:comment_disabled": "perhaps"})
    group.refresh_from_db()
    assert group.wanted["comment_disabled"] == "perhaps"


def test_an_illegal_option_stays_visible_greyed_with_its_rule_and_source(client, draft):
    cell = read_cell(open_grid(client, draft, col="bid_type"), "all:bid_type")
    options = re.findall(r"<option[^>]* disabled title=[^>]*>", open_grid(client, draft, col="deep_bid_type"))
    assert "BID_TYPE_CUSTOM" in cell
    assert options
    assert all("(" in option and ";" in option for option in options)


def test_the_address_says_which_columns_are_seen(client, draft):
    html = open_grid(client, draft, col=["adgroup_name", "targeting_spec/gender"])
    heads = re.findall(r'<th scope="col"[^>]*title="([^":]+)', html)
    assert heads == ["adgroup_name", "targeting_spec/gender"]


def test_two_people_in_one_cell_are_shown_both_values_and_neither_is_lost(client, draft):
    group = list_groups(draft)[0]
    key = f"{group.pk}:adgroup_name"
    form = read_cells(open_grid(client, draft))
    theirs = {"adgroup_name": "Theirs"}
    editing.save_members(actor=draft.created_by, door="page", thing=group, version=1, changes=theirs, now=NOW)
    answer = save(client, draft, form, **{key: "Mine"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in html[html.index("conflict") :]
    assert 'value="Mine"' in read_cell(html, key)
    group.refresh_from_db()
    assert group.name == "Theirs"
    save(client, draft, read_cells(html), **{key: "Mine", "action": f"keep:{key}"})
    group.refresh_from_db()
    assert group.name == "Mine"


def test_a_script_saves_one_cell_against_what_it_held_and_other_cells_may_move(client, draft):
    group = list_groups(draft)[0]
    theirs = {"adgroup_name": "Theirs"}
    editing.save_members(actor=draft.created_by, door="page", thing=group, version=1, changes=theirs, now=NOW)
    key = f"{group.pk}:targeting_spec/location_ids"
    shape = read_cells(open_grid(client, draft))["shape"]
    form = {key: "6252001", "base": json.dumps({key: ""}), "shape": shape}
    answer = save(client, draft, form, htmx=True)
    assert answer.status_code == 200
    assert "Theirs" in answer.content.decode()  # in data-texts: the page shows what moved
    assert 'id="grid-table"' not in answer.content.decode()
    group.refresh_from_db()
    assert group.wanted["targeting_spec"] == {"location_ids": ["6252001"]}


def test_a_word_may_be_typed_by_its_label_and_an_id_by_its_name(client, buyer, account):
    account.places.create(location_id="6252001", name="United States")
    draft = make_groups(buyer, account, 1)
    key = f"{list_groups(draft)[0].pk}:"
    html = open_grid(client, draft, col=["bid_type", "targeting_spec/location_ids"])
    changes = {f"{key}bid_type": "cost cap", f"{key}targeting_spec/location_ids": "united states; 2635167"}
    save(client, draft, read_cells(html), **changes)
    wanted = list_groups(draft)[0].wanted
    assert wanted["bid_type"] == "BID_TYPE_CUSTOM"
    assert wanted["targeting_spec"]["location_ids"] == ["6252001", "2635167"]
    html = open_grid(client, draft, col="targeting_spec/location_ids")
    assert 'value="United States, 2635167"' in read_cell(html, f"{key}targeting_spec/location_ids")


def test_a_province_and_an_age_are_typed_as_people_write_them(client, buyer, account):
    account.places.create(location_id="6252001", name="United States")
    account.places.create(location_id="5332921", name="California", parent_id="6252001")
    draft = make_groups(buyer, account, 1)
    key = f"{list_groups(draft)[0].pk}:"
    columns = ["targeting_spec/location_ids", "targeting_spec/age_groups"]
    cells = read_cells(open_grid(client, draft, col=columns))
    changes = {f"{key}{columns[0]}": "California", f"{key}{columns[1]}": "18-24, 25-34"}
    save(client, draft, cells, **changes)
    spec = list_groups(draft)[0].wanted["targeting_spec"]
    assert spec["location_ids"] == ["5332921"]
    assert spec["age_groups"] == ["AGE_18_24", "AGE_25_34"]


def test_a_video_typed_for_an_ad_without_creatives_begins_one_under_the_others_name(client, draft):
    ad = list_groups(draft)[0].ads.get()
    Ad.objects.filter(pk=ad.pk).update(wanted={"ad_name": "Bare", "creative_list": []})
    path = "creative_list/0/creative_info/video_info/video_id"
    form = read_cells(open_grid(client, draft, "grid-ads"))
    save(client, draft, form, "grid-ads", **{f"{ad.pk}:{path}": "v12"})
    ad.refresh_from_db()
    info = {"ad_format": "SINGLE_VIDEO", "video_info": {"video_id": "v12"}}
    assert ad.wanted["creative_list"] == [{"creative_info": info | {"identity_type": "CUSTOMIZED_USER"}}]


def test_texts_of_an_ad_stand_one_in_each_line_with_their_commas(client, draft):
    ad = list_groups(draft)[0].ads.get()
    form = read_cells(open_grid(client, draft, "grid-ads"))
    save(client, draft, form, "grid-ads", **{f"{ad.pk}:ad_text_list": "Buy now, save 30%\r\nToday only"})
    ad.refresh_from_db()
    assert ad.wanted["ad_text_list"] == [{"ad_text": "Buy now, save 30%"}, {"ad_text": "Today only"}]


def test_rows_to_mend_can_be_seen_alone_and_what_is_one_for_all_still_means_all(client, draft):
    second = list_groups(draft)[1]
    change = {"schedule_type": "SCHEDULE_START_END"}  # without an end
    editing.save_members(
        actor=draft.created_by, door="page", thing=second, version=1, changes=change, now=NOW
    )
    html = open_grid(client, draft, only="mend")
    assert re.findall(r'<tr data-row="(\d+)"', html) == [str(second.pk)]
    address = reverse("grid", args=[draft.pk]) + "?only=mend"
    client.post(address, {**read_cells(html), "all:optimization_event": "FORM"})
    assert [group.wanted["optimization_event"] for group in list_groups(draft)] == ["FORM"] * 3


def test_a_viewer_sees_cells_that_cannot_be_typed_into_and_no_button(client, draft):
    viewer = make_person("vera")
    add_member(viewer, draft.advertiser, "viewer")
    client.force_login(viewer)
    html = open_grid(client, draft)
    sheet = html[html.index('id="grid-form"') :]
    assert "disabled" in read_cell(html, "all:bid_type")
    assert "<button" not in sheet[: sheet.index("</form>")]


def test_what_was_launched_cannot_be_typed_into(client, buyer, account):
    live = make_live(make_campaign(advertiser=account, created_by=buyer))
    assert "disabled" in read_cell(open_grid(client, live), f"{list_groups(live)[0].pk}:adgroup_name")


def test_thirty_ad_groups_cost_as_many_queries_as_two(client, buyer, account):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for size in (2, 12):
        draft = make_groups(buyer, account, size, ads=size)
        for name in ("grid", "grid-ads"):
            with CaptureQueriesContext(connection) as asked:
                open_grid(client, draft, name)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


def test_nine_hundred_ads_come_in_pages_and_all_of_them_may_be_changed_at_once(client, buyer, account):
    draft = make_groups(buyer, account, 8, ads=20)
    html = open_grid(client, draft, "grid-ads")
    assert (html.count("<tr data-row="), "1–150 of 160" in html) == (150, True)
    assert open_grid(client, draft, "grid-ads", page=2).count("<tr data-row=") == 10
    order = {
        "level": "ad",
        "every": "yes",
        "verb": "set",
        "column": "ad_name",
        "value": "Other",
        "act": "apply",
    }
    draft.refresh_from_db()
    client.post(reverse("grid-apply", args=[draft.pk]), {**order, "version": draft.tree_version})
    assert set(Ad.objects.values_list("name", flat=True)) == {"Other"}


def test_saving_many_cells_costs_few_queries(client, buyer, account):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    draft = make_groups(buyer, account, 12, ads=3)
    form = read_cells(open_grid(client, draft, "grid-ads"))
    changes = {key: "Other" for key in form if key.endswith(":ad_name")}
    with CaptureQueriesContext(connection) as asked:
        save(client, draft, form, "grid-ads", **changes)
    assert len(asked) < 50
    assert set(Ad.objects.values_list("name", flat=True)) == {"Other"}


def test_rows_are_moved_removed_and_added_where_they_were_ticked(client, draft):
    first, second, third = list_groups(draft)
    address = reverse("grid-rows", args=[draft.pk])
    client.post(address, {"act": "up", "pick": [second.pk, third.pk]})
    assert [group.name for group in list_groups(draft)] == ["Group 2", "Group 3", "Group 1"]
    client.post(address, {"act": "down", "pick": [second.pk]})
    assert [group.name for group in list_groups(draft)] == ["Group 3", "Group 2", "Group 1"]
    client.post(address, {"act": "remove", "pick": [first.pk, third.pk]})
    assert [group.position for group in list_groups(draft)] == [1]
    client.post(address, {"act": "add"})
    assert [group.position for group in list_groups(draft)] == [1, 2]


def test_findings_alike_are_one_line_and_each_row_in_it_leads_to_its_cell(client, draft):
    html = open_grid(client, draft)
    said = html[html.index('id="grid-said"') :]
    assert "<b>3 rows · Locations</b>" in said
    assert said.count("no place was given: the account&#x27;s own country, US. </summary>") <= 1
    for group in list_groups(draft):
        assert f'data-goto="{group.pk}:targeting_spec/location_ids">{group.name}</a>' in said


def test_one_press_at_the_line_mends_all_its_rows(client, buyer, account):
    draft = make_groups(buyer, account, 5)
    for group in list_groups(draft)[:2]:
        editing.save_members(
            actor=buyer, door="page", thing=group, version=1, changes={"optimization_event": "FORM"}, now=NOW
        )
    html = open_grid(client, draft)
    said = html[html.index("<b>2 rows · Event</b>") :]
    save(client, draft, read_cells(html), action=re.search(r'value="(fix:[^"]*)"', said)[1])
    assert "FORM" not in {group.wanted["optimization_event"] for group in list_groups(draft)}
