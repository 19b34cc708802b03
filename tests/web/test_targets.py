"""Choosing whom an ad group reaches: searched by name, shown by name, hard and soft apart, and what is not sent told."""

import re

import pytest
from django.urls import reverse

from campaigns.models import Audience, Interest, Language, Place
from campaigns.queries.targets import list_names
from tests.factories import make_person
from tests.web.building import TREE, make_account, make_draft, read_form

pytestmark = pytest.mark.django_db
PLACES = "targeting_spec/location_ids"


@pytest.fixture
def account(client):
    person = make_person("bea")
    client.force_login(person)
    account = make_account({person: "buyer"}, name="Northwind")
    for key, name, parent in (("6252001", "United States", ""), ("5332921", "California", "6252001")):
        Place.objects.create(advertiser=account, location_id=key, name=name, parent_id=parent)
    Place.objects.create(advertiser=account, location_id="290557", name="United Arab Emirates")
    for code, name in (("en", "English"), ("fr", "French")):
        Language.objects.create(advertiser=account, code=code, name=name)
    Interest.objects.create(advertiser=account, category_id="17", name="Food & Beverage")
    Interest.objects.create(advertiser=account, category_id="17100", name="Tea & Coffee", parent_id="17")
    Audience.objects.create(
        advertiser=account,
        audience_id="71",
        name="Bought lately",
        kind="Customer File",
        size=48200,
        expiring=True,
    )
    return account


def draft_group(account, **members):
    person = account.memberships.get().person
    group = {**TREE["adgroups"][0], **members}
    return make_draft(person, account, {**TREE, "adgroups": [group]}).adgroups.get()


def open_page(client, group):
    return client.get(reverse("builder-adgroup", args=[group.campaign_id, group.pk])).content.decode()


def search(client, group, text, field=PLACES):
    address = reverse("builder-targets", args=[group.campaign_id, group.pk])
    html = client.get(address, {"field": field, "q": text}).content.decode()
    return [
        (value, " ".join(re.sub(r"<[^>]+>", " ", rest).split()))
        for value, rest in re.findall(r'data-value="([^"]*)"[^>]*>(.*?)</div>', html, re.S)
    ]


def test_places_are_found_by_the_letters_of_their_names(client, account):
    assert search(client, draft_group(account), "unit") == [
        ("290557", "United Arab Emirates"),
        ("6252001", "United States"),
    ]


def test_a_place_says_where_it_lies(client, account):
    assert search(client, draft_group(account), "cali") == [("5332921", "California United States")]


def test_an_id_finds_its_one_place_and_an_unknown_one_stays_as_typed(client, account):
    group = draft_group(account)
    assert search(client, group, "6252001") == [("6252001", "United States")]
    assert search(client, group, "999") == [("999", "Add “999” as typed")]
    assert search(client, group, "nowhere") == []


def test_a_place_inside_a_chosen_one_says_why_it_cannot_be_chosen(client, account):
    group = draft_group(account, targeting_spec={"location_ids": ["6252001"]})
    assert "lies inside United States, which is chosen (R56)" in search(client, group, "cali")[0][1]


@pytest.fixture
def city(account):
    return Place.objects.create(
        advertiser=account, location_id="5368361", name="Los Angeles", parent_id="5332921", level="CITY"
    )


def test_a_city_says_all_that_it_lies_in(client, account, city):
    found = search(client, draft_group(account), "los")
    assert found == [("5368361", "Los Angeles California, United States")]


def test_a_city_inside_a_chosen_country_says_why_it_cannot_be_chosen(client, account, city):
    group = draft_group(account, targeting_spec={"location_ids": ["6252001"]})
    assert "lies inside United States, which is chosen (R56)" in search(client, group, "los")[0][1]


def test_a_country_of_a_chosen_city_cannot_be_chosen(client, account, city):
    group = draft_group(account, targeting_spec={"location_ids": ["5368361"]})
    assert "Los Angeles inside it is chosen (R56)" in search(client, group, "united s")[0][1]


def test_the_name_that_a_city_shares_with_a_wider_place_means_the_wider_one(account):
    for key, parent, level in (("1853904", "1861060", "PROVINCE"), ("1853909", "1853904", "CITY")):
        Place.objects.create(advertiser=account, location_id=key, name="Osaka", parent_id=parent, level=level)
    names = list_names(account, "places")
    assert (names["1853904"], names["1853909"]) == ("Osaka", "Osaka, Osaka")


def test_an_audience_shows_its_size_and_that_it_ends(client, account):
    found = search(client, draft_group(account), "", "targeting_spec/audience_ids")
    assert found == [("71", "Bought lately Customer File · 48,200 people · expires soon")]


def test_an_excluded_audience_cannot_be_included(client, account):
    group = draft_group(account, targeting_spec={"excluded_audience_ids": ["71"]})
    assert "excluded already" in search(client, group, "", "targeting_spec/audience_ids")[0][1]


def test_a_zero_byte_is_nothing_that_is_searched_for(client, account):
    assert search(client, draft_group(account), "ca\x00li")[0][0] == "5332921"


def test_a_field_that_is_no_list_has_nothing_to_search(client, account):
    group = draft_group(account)
    address = reverse("builder-targets", args=[group.campaign_id, group.pk])
    assert client.get(address, {"field": "budget"}).status_code == 404


def test_nobody_searches_in_an_account_of_others(client, account):
    group = draft_group(account)
    client.force_login(make_person("eve"))
    assert client.get(reverse("builder-targets", args=[group.campaign_id, group.pk])).status_code == 404


def test_what_is_chosen_is_shown_by_name_with_its_id_beside(client, account):
    group = draft_group(account, targeting_spec={"location_ids": ["6252001", "42"], "languages": ["en"]})
    html = open_page(client, group)
    chips = re.findall(r'<label class="(chip[^"]*)" title="([^"]*)".*?data-chip-name>([^<]*)<', html, re.S)
    assert chips == [
        ("chip", "id 6252001", "United States"),
        ("chip chip-unknown", "id 42, as typed: not on the account&#x27;s list".replace("&#x27;", "'"), "42"),
        ("chip", "id en · en", "English"),
    ]


def test_a_chip_that_is_unticked_is_taken_away(client, account):
    group = draft_group(account, targeting_spec={"location_ids": ["6252001", "290557"]})
    form = read_form(open_page(client, group))
    form[PLACES] = ["", "290557"]
    client.post(reverse("builder-adgroup", args=[group.campaign_id, group.pk]), form)
    group.refresh_from_db()
    assert group.wanted["targeting_spec"] == {"location_ids": ["290557"]}


def test_without_script_an_id_is_typed_beside_the_chips(client, account):
    group = draft_group(account, targeting_spec={"location_ids": ["6252001"]})
    form = read_form(open_page(client, group))
    assert form[PLACES] == ["", "6252001", ""]
    form[PLACES] = ["", "6252001", "290557, 42"]
    client.post(reverse("builder-adgroup", args=[group.campaign_id, group.pk]), form)
    group.refresh_from_db()
    assert group.wanted["targeting_spec"]["location_ids"] == ["6252001", "290557", "42"]


def test_controls_are_hard_and_suggestions_soft_under_automatic(client, account):
    html = open_page(client, draft_group(account, suggestion_audience_enabled=True))
    controls, suggestions = (
        re.search(rf'id="section-{name}".*?</section>', html, re.S)[0] for name in ("controls", "suggestions")
    )
    for field in ("location_ids", "spc_audience_age", "languages", "excluded_audience_ids"):
        assert f'name="targeting_spec/{field}"' in controls
    for field in ("age_groups", "gender", "audience_ids", "interest_category_ids"):
        assert f'name="targeting_spec/{field}"' in suggestions
    assert "nobody outside is ever reached" in controls
    assert "may go beyond" in suggestions


def test_what_the_mode_drops_is_marked_and_told(client, account):
    html = open_page(client, draft_group(account, targeting_spec={"interest_category_ids": ["17100"]}))
    assert 'class="chip chip-dropped"' in html
    under = re.search(r'id="under-field-targeting_spec-interest_category_ids".*?</div>\s*</div>', html, re.S)[
        0
    ]
    assert "R5" in under
