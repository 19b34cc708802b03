"""One change for many rows, and copies: before and after first, then one act with a way back."""

import pytest
from django.urls import reverse

from campaigns.models import Ad, Change
from campaigns.web.builder_library import Library
from campaigns.web.grid_copying import write_name
from tests.factories import make_person
from tests.web.building import make_account
from tests.web.gridding import list_groups, make_groups

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(client):
    person = make_person("bea", time_zone="Europe/Paris")
    client.force_login(person)
    return person


@pytest.fixture
def account(buyer):
    account = make_account({buyer: "buyer"}, name="Northwind")
    account.places.create(location_id="6252001", name="United States")
    return account


@pytest.fixture
def draft(buyer, account):
    return make_groups(buyer, account, 3)


def post(client, draft, name, things, *, act="apply", level="adgroup", **more):
    draft.refresh_from_db()
    given = {
        "pick": [thing.pk for thing in things],
        "act": act,
        "level": level,
        "version": draft.tree_version,
    }
    return client.post(reverse(name, args=[draft.pk]), {**given, **more})


def members(draft, name):
    return [group.wanted.get(name) for group in list_groups(draft)]


def test_a_value_is_set_in_what_was_ticked_and_nowhere_else(client, draft):
    groups = list_groups(draft)
    post(client, draft, "grid-apply", groups[:2], verb="set", column="optimization_event", value="FORM")
    assert members(draft, "optimization_event") == ["FORM", "FORM", "COMPLETE_PAYMENT"]
    assert Change.objects.filter(act="edited").count() == 1


def test_a_percentage_is_added_in_the_accounts_decimals(client, buyer):
    account = make_account({buyer: "buyer"}, name="Hoshino", currency="JPY")
    draft = make_groups(buyer, account, 2, min_budget="1005")
    post(client, draft, "grid-apply", list_groups(draft), verb="add", column="min_budget", value="10%")
    assert members(draft, "min_budget") == ["1106", "1106"]


def test_what_is_no_amount_is_left_and_said(client, draft):
    groups = list_groups(draft)
    post(client, draft, "grid-apply", groups, verb="set", column="min_budget", value="many")
    order = {"verb": "add", "column": "min_budget", "value": "10"}
    html = post(client, draft, "grid-apply", groups, act="look", **order).content.decode()
    assert "“many” is no amount" in html
    assert "Nothing would change" in html


def test_find_and_replace_counts_its_matches_before_anything_is_changed(client, draft):
    ads = list(Ad.objects.order_by("pk"))
    given = {"verb": "replace", "column": "*", "find": "Spring", "value": "Summer", "level": "ad"}
    html = post(client, draft, "grid-apply", ads, act="look", **given).content.decode()
    assert "3 matches in 3 cells" in html
    assert "Shop the Spring Sale" in html
    assert not Change.objects.filter(act="edited").exists()
    post(client, draft, "grid-apply", ads, **given)
    assert {ad.wanted["ad_text_list"][0]["ad_text"] for ad in Ad.objects.all()} == {"Shop the Summer Sale"}


def test_the_first_of_what_was_ticked_is_filled_down(client, draft):
    _, second, third = list_groups(draft)
    post(client, draft, "grid-apply", [second, third], verb="fill", column="adgroup_name")
    assert members(draft, "adgroup_name") == ["Group 1", "Group 2", "Group 2"]


def test_it_says_which_words_a_column_with_choices_takes(client, draft):
    html = post(client, draft, "grid-apply", list_groups(draft)).content.decode()
    assert "<dt>Budget mode</dt><dd>" in html and "Daily, dynamic · " in html


def test_the_preview_says_what_would_be_to_mend(client, draft):
    html = post(
        client, draft, "grid-apply", list_groups(draft)[:1], act="look", verb="set", column="optimization_event", value="FORM"
    ).content.decode()  # fmt: skip
    assert "1 to mend" in html
    assert "(now 0)" in html


def test_a_change_of_many_is_undone_in_one_press(client, draft):
    post(
        client, draft, "grid-apply", list_groups(draft), verb="set", column="optimization_event", value="FORM"
    )
    client.post(reverse("change-undo", args=[Change.objects.get(act="edited").pk]))
    assert members(draft, "optimization_event") == ["COMPLETE_PAYMENT"] * 3


def test_ad_groups_are_copied_with_their_ads_and_named_by_a_pattern(client, draft):
    first = list_groups(draft)[0]
    post(client, draft, "grid-copies", [first], times=2, pattern="{name} – copy {nn} {unknown}")
    groups = list_groups(draft)
    assert [group.name for group in groups[3:]] == [
        "Group 1 – copy 01 {unknown}",
        "Group 1 – copy 02 {unknown}",
    ]
    assert [ad.wanted for ad in groups[4].ads.all()] == [ad.wanted for ad in first.ads.all()]


def test_copies_may_have_a_value_each_that_their_names_tell(client, draft):
    first = list_groups(draft)[0]
    wish = {"column": "targeting_spec/location_ids", "values": "United States\r\n2635167\r\n"}
    post(client, draft, "grid-copies", [first], pattern="{location} {value}", **wish)
    groups = list_groups(draft)[3:]
    assert [group.name for group in groups] == ["United States United States", "2635167 2635167"]
    assert [group.wanted["targeting_spec"]["location_ids"] for group in groups] == [["6252001"], ["2635167"]]


def test_copies_that_do_not_fit_are_said(client, draft):
    html = post(
        client, draft, "grid-copies", list_groups(draft)[:1], act="look", times=30, pattern="{n}"
    ).content.decode()
    assert "27 ad groups would be made" in html
    assert "3 did not fit" in html
    assert draft.adgroups.count() == 3


def test_an_ad_is_copied_into_many_ad_groups(client, draft):
    first, second, third = list_groups(draft)
    ad = first.ads.get()
    post(
        client,
        draft,
        "grid-copies",
        [ad],
        level="ad",
        into=[second.pk, third.pk],
        pattern="{name} in {group}",
    )
    assert [ad.name for ad in second.ads.all()] == ["Ad 2.1", "Ad 1.1 in Group 2"]
    assert third.ads.count() == 2
    assert Change.objects.filter(act="edited").count() == 1


def test_copies_count_on_from_what_is_there(client, draft):
    post(client, draft, "grid-copies", list_groups(draft)[:1], times=2)
    assert [group.name for group in list_groups(draft)][3:] == ["Group 4", "Group 5"]


@pytest.mark.parametrize(
    ("name", "taken", "copy"),
    [
        ("Ad group 1", {"Ad group 1"}, "Ad group 2"),
        ("Ad group 1", {"Ad group 1", "Ad group 2"}, "Ad group 3"),
        ("Prospecting", {"Prospecting"}, "Prospecting 2"),
        ("Hook 09", {"Hook 09"}, "Hook 10"),
        ("Sale 2026", {"Sale 2026"}, "Sale 2026 2"),
        ("US 18-24", {"US 18-24"}, "US 18-24 2"),
        ("Hook", {"Other"}, "Hook"),
        ("", {""}, ""),
    ],
)
def test_a_name_is_counted_on_where_it_is_taken(draft, name, taken, copy):
    ad = Ad(name=name)
    assert write_name("{next}", ad, {}, 1, "", Library(draft.advertiser, {}), taken) == copy


def test_copies_are_undone_in_one_press(client, draft):
    post(client, draft, "grid-copies", list_groups(draft), times=3, pattern="{name} {n}")
    assert draft.adgroups.count() == 12
    client.post(reverse("change-undo", args=[Change.objects.get(act="edited").pk]))
    assert [group.name for group in list_groups(draft)] == ["Group 1", "Group 2", "Group 3"]


def test_several_columns_are_changed_in_one_act_each_after_the_other(client, draft):
    orders = {
        "verb": ["set", "add", "replace"],
        "column": ["min_budget", "min_budget", "adgroup_name"],
        "value": ["100", "10", "Set"],
        "find": ["", "", "Group"],
    }
    post(client, draft, "grid-apply", list_groups(draft)[:2], **orders)
    assert members(draft, "min_budget") == ["110.00", "110.00", None]
    assert members(draft, "adgroup_name") == ["Set 1", "Set 2", "Group 3"]
    assert Change.objects.filter(act="edited").count() == 1


def test_another_column_is_asked_for_with_what_was_typed_kept(client, draft):
    order = {"verb": "set", "column": "min_budget", "value": "77"}
    html = post(client, draft, "grid-apply", list_groups(draft), act="more", **order).content.decode()
    assert html.count('name="column"') == 2
    assert ">77</textarea>" in html
    assert not Change.objects.filter(act="edited").exists()


def test_the_preview_says_what_would_be_new_and_what_is_said_no_more(client, draft):
    order = {"verb": "set", "column": "optimization_event", "value": "FORM"}
    html = look(client, draft, list_groups(draft)[:1], **order)
    assert "uniform" in html.partition("New to mend")[2]
    post(client, draft, "grid-apply", list_groups(draft)[:1], **order)
    html = look(client, draft, list_groups(draft)[1:], **order)
    assert "New to mend" not in html
    assert "uniform" in html.partition("Said no more")[2]


def test_the_preview_says_what_would_have_to_be_confirmed(client, draft):
    ads = list(Ad.objects.all())
    Ad.objects.update(wanted={"ad_name": "Bare", "creative_list": []})
    order = {"verb": "set", "column": "ad_configuration/identity_type", "value": "CUSTOMIZED_USER"}
    html = look(client, draft, ads, level="ad", **order)
    said = html.partition("New to confirm")[2]
    assert "<b>3 times:</b> Bare uses a custom identity" in said
    assert "6 to confirm</b> (now 3)" in html


def test_a_changed_column_that_was_not_seen_is_seen_then(client, draft):
    order = {"verb": "set", "column": "dayparting", "value": "1" * 336}
    answer = post(client, draft, "grid-apply", list_groups(draft), **order)
    assert "col=dayparting" in answer["Location"] and "col=budget" not in answer["Location"]
    assert "col=bid_type" in answer["Location"]


def test_copies_by_values_show_what_each_would_hold_before_they_are_made(client, draft):
    wish = {"column": "targeting_spec/location_ids", "values": "United States\r\n2635167\r\n"}
    html = post(
        client, draft, "grid-copies", list_groups(draft)[:1], act="look", pattern="{nn}", **wish
    ).content.decode()
    table = html[html.index("grid-held") :]
    assert "<b>United States</b>" in table and "<b>2635167</b>" in table
    assert "Maximum delivery" in table
    assert "{value}" in html and "the line below that the copy is made for" in html


def look(client, draft, things, **order):
    return post(client, draft, "grid-apply", things, act="look", **order).content.decode()
