"""Cells from the clipboard: as Excel and Google Sheets quote them, as a CSV has them, and the head that names columns."""

from zoneinfo import ZoneInfo

import pytest

from campaigns.contract.levels import Level
from campaigns.contract.money import CURRENCIES
from campaigns.web.forms import Scene
from campaigns.web.grid_cells import read_cell, write_cell
from campaigns.web.grid_columns import list_columns
from campaigns.web.grid_table import read_table, split_cells

SCENE = Scene(Level.ADGROUP, {}, {}, CURRENCIES["USD"], ZoneInfo("America/New_York"))
COLUMNS = [*list_columns(Level.ADGROUP, [], SCENE), *list_columns(Level.AD, [], SCENE)]
BY_PATH = {column.path: column for column in reversed(COLUMNS)}


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a\tb\r\nc\td\r\n", [("a", "b"), ("c", "d")]),
        ('"two\nlines"\tb', [("two\nlines", "b")]),
        ('"a tab\there"\tb', [("a tab\there", "b")]),
        ('"She said ""now"""\tb', [('She said "now"', "b")]),
        ('"Best" shoes\tb', [('"Best" shoes', "b")]),
        ('"never closed\tb\nc\td', [('"never closed', "b"), ("c", "d")]),
        ("a\t\tc\n\t\t\n\n", [("a", "", "c")]),
        ("a\n\nb", [("a",), ("",), ("b",)]),
        ("", [("",)]),
    ],
)
def test_cells_are_parted_as_a_spreadsheet_quotes_them(text, cells):
    assert split_cells(text, "\t") == cells


@pytest.mark.parametrize(
    "head",
    [
        "Name\tLocations\tEnd",
        "adgroup_name\ttargeting_spec.location_ids\tschedule_end_time",
        "Ad group\tlocation_ids\tSCHEDULE END TIME",
        "ad group name\tlocations\tEnd (New York)",
    ],
)
def test_a_head_is_known_by_our_words_and_by_tiktoks(head):
    table = read_table(f"{head}\nA\t1\t2027-01-01", COLUMNS)
    assert [column.path for column in table.columns] == [
        "adgroup_name",
        "targeting_spec/location_ids",
        "schedule_end_time",
    ]
    assert table.rows == (("A", "1", "2027-01-01"),)


def test_what_a_head_names_in_vain_is_told():
    table = read_table("Name\tBudget\tMy notes\nA\t5\tx", COLUMNS)
    assert table.unknown == ("My notes",)


def test_rows_without_a_head_are_all_cells():
    assert read_table("A\t5\nB\t6", COLUMNS).columns is None


@pytest.mark.parametrize("mark", [",", ";"])
def test_a_csv_is_known_by_its_head(mark):
    text = mark.join(["Name", "Locations"]) + "\n" + mark.join(["A", '"1, 2; 3"'])
    assert read_table(text, COLUMNS).rows == (("A", "1, 2; 3"),)


def test_texts_of_one_column_keep_their_commas():
    assert read_table("Buy now, save 30%\nToday; only", COLUMNS).rows == (
        ("Buy now, save 30%",),
        ("Today; only",),
    )


def test_numbered_heads_are_further_values_of_one_list():
    table = read_table("Ad name\tText 1\tText 2\nA\tx\ty", COLUMNS)
    assert [column.path for column in table.columns] == ["ad_name", "ad_text_list", "ad_text_list"]


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("budget", "$500.00", "500.00"),
        ("budget", "500 USD", "500"),
        ("budget", "€500", "€500"),  # another currency is no amount here
        ("budget", "1,200.00", "1,200.00"),  # never guessed: the rules say how to write it
        ("bid_type", "cost cap", "BID_TYPE_CUSTOM"),
        ("bid_type", "bid_type_max_conversion", "BID_TYPE_MAX_CONVERSION"),
        ("budget_mode", "BUDGET_MODE_DAY", "BUDGET_MODE_DAY"),
        ("placements", "TikTok; placement_pangle", ["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE"]),
        ("targeting_spec/age_groups", "25–34\nAGE_35_44", ["AGE_25_34", "AGE_35_44"]),
        ("targeting_spec/age_groups", "45+, 18-34", ["AGE_45_54", "AGE_55_100", "AGE_18_24", "AGE_25_34"]),
        ("targeting_spec/age_groups", "20+", ["20+"]),  # no group begins there: nobody younger is taken in
        ("targeting_spec/location_ids", "1, 2;3\n4", ["1", "2", "3", "4"]),
        ("schedule_end_time", "2027-01-01 00:00", "2027-01-01T05:00:00Z"),
        ("schedule_end_time", "tomorrow", "tomorrow"),
        ("comment_disabled", "Yes", True),
        ("comment_disabled", "", False),
        ("comment_disabled", "perhaps", "perhaps"),
        ("ad_text_list", "One, two\nThree", [{"ad_text": "One, two"}, {"ad_text": "Three"}]),
        ("landing_page_url_list", "https://a.example/?x=1,2", [{"landing_page_url": "https://a.example/?x=1,2"}]),
        ("call_to_action_list", "shop_now, LEARN_MORE", [{"call_to_action": "SHOP_NOW"}, {"call_to_action": "LEARN_MORE"}]),
        ("ad_configuration/utm_params", "utm_source=tiktok&utm_id=7", [
            {"key": "utm_source", "value": "tiktok"}, {"key": "utm_id", "value": "7"}]),
        ("adgroup_name", "   ", None),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_the_form_reads_it_and_kept_where_it_cannot_be(path, typed, value):
    assert read_cell(BY_PATH[path].field, typed, SCENE) == value


def test_a_cell_of_several_words_shows_what_the_form_calls_them():
    field = BY_PATH["targeting_spec/age_groups"].field
    assert write_cell(field, ["AGE_18_24", "AGE_55_100", "AGE_NEW"], SCENE) == "18–24, 55 and over, AGE_NEW"


@pytest.mark.parametrize("path", sorted(BY_PATH))
def test_what_a_cell_shows_reads_back_as_what_is_stored(path):  # what is copied out is pasted back
    field = BY_PATH[path].field
    given = {"money": "5.00", "flag": "on", "moment": "2027-01-01 10:00", "pairs": "a=b\nc=d"}
    stored = read_cell(field, given.get(field.kind, field.options[0].value if field.options else "x"), SCENE)
    assert read_cell(field, write_cell(field, stored, SCENE), SCENE) == stored
