"""The hours of a week: painted, typed as times, or as TikTok's characters; said in words."""

import pytest
from django.urls import reverse

from campaigns.web.week import PRESETS, is_week, list_windows, read_times, say_week
from tests.factories import make_person
from tests.web.building import make_account, make_draft, read_form, read_under

ALL = "1" * 336
OFFICE = ("0" * 16 + "1" * 24 + "0" * 8) * 5 + "0" * 96  # Mon–Fri 08:00–20:00
FROM = ["08:00"] * 5 + ["", ""]
TO = ["20:00"] * 5 + ["", ""]


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ("", "All hours of the week"),
        (ALL, "All hours of the week"),
        ("0" * 336, "No hour of the week"),
        (OFFICE, "Mon–Fri 08:00–20:00"),
        (OFFICE[:240] + "1" * 48 + "0" * 47 + "1", "Mon–Fri 08:00–20:00, Sat all day, Sun 23:30–24:00"),
        ("1" + "0" * 46 + "1" + "0" * 288, "Mon 00:00–00:30 and 23:30–24:00"),
        ("101", "101 (as typed)"),
    ],
)
def test_a_week_is_said_in_words(week, said):
    assert say_week(week) == said


def test_times_become_the_characters_and_all_hours_nothing():
    assert read_times(FROM, TO, "") == OFFICE
    assert read_times(["00:00"] * 7, ["00:00"] * 7, OFFICE) == ""


def test_a_day_with_two_stretches_keeps_them_while_its_times_stand():
    week = "0" * 16 + "1" * 4 + "0" * 4 + "1" * 4 + "0" * 20 + "0" * 288
    changed = read_times(["08:00", "10:00", *[""] * 5], ["14:00", "12:00", *[""] * 5], week)
    assert say_week(changed) == "Mon 08:00–10:00 and 12:00–14:00, Tue 10:00–12:00"


def test_an_end_before_its_start_lies_on_the_next_day():
    assert say_week(read_times([*[""] * 6, "22:00"], [*[""] * 6, "02:00"], "0" * 336)) == (
        "Mon 00:00–02:00, Sun 22:00–24:00"
    )


def test_every_preset_is_a_week_of_seven_days():
    assert all(not week or is_week(week) for _, week in PRESETS.values())
    assert [len(day) for day in list_windows(PRESETS["business"][1])] == [1, 1, 1, 1, 1, 0, 0]


@pytest.fixture
def group(client, db):
    person = make_person("bea")
    client.force_login(person)
    account = make_account({person: "buyer"}, zone="America/New_York")
    return make_draft(person, account).adgroups.get()


def save(client, group, **changes):
    address = reverse("builder-adgroup", args=[group.campaign_id, group.pk])
    form = read_form(client.get(address).content.decode())
    html = client.post(address, {**form, **changes}, headers={"HX-Request": "true"}).content.decode()
    group.refresh_from_db()
    return html


def test_the_week_is_saved_as_characters_and_told_in_the_accounts_zone(client, group):
    said = read_under(save(client, group, dayparting=OFFICE), "dayparting")
    assert group.wanted["dayparting"] == OFFICE
    assert "Mon–Fri 08:00–20:00 · 60 of 168 hours" in said
    assert "America/New_York" in said


def test_without_script_the_times_of_each_day_are_read(client, group):
    save(client, group, **{"dayparting/from": FROM, "dayparting/to": TO})
    assert group.wanted["dayparting"] == OFFICE


def test_without_script_a_preset_is_a_press(client, group):
    save(client, group, **{"dayparting/preset": "business"})
    assert say_week(group.wanted["dayparting"]) == "Mon–Fri 09:00–18:00"
    save(client, group, **{"dayparting/preset": "all"})
    assert "dayparting" not in group.wanted


def test_characters_win_over_times_that_nobody_touched(client, group):
    save(client, group, dayparting=OFFICE)
    save(client, group, dayparting="0101")
    assert group.wanted["dayparting"] == "0101"


def test_the_review_says_the_hours_in_words_beside_what_is_sent(client, group):
    save(client, group, dayparting=OFFICE)
    html = client.get(reverse("review", args=[group.campaign_id])).content.decode()
    assert f"<b>Mon–Fri 08:00–20:00</b><br>{OFFICE}" in html


def test_no_hour_at_all_is_told_as_what_tiktok_makes_of_it(client, group):
    save(client, group, dayparting="0" * 336)
    html = client.get(reverse("review", args=[group.campaign_id])).content.decode()
    assert "C30" in html
