"""The list as CSV and XLSX: what the filters leave, with numbers as numbers, and nothing a spreadsheet would run."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from campaigns.models import Result
from campaigns.sync.clock import read_now
from tests.factories import make_advertiser, make_campaign, make_live, make_person

pytestmark = pytest.mark.django_db
EVIL = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture
def account(client):
    person = make_person("bea")
    client.force_login(person)
    return make_advertiser(name="Northwind", zone="UTC", people={person: "viewer"})


def read_csv(answer):
    body = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(body)))


def export(client, kind="csv", **filters):
    return client.get(reverse("campaigns-export", args=[kind]), filters)


def read_sheet(answer):
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_the_csv_holds_what_the_filters_leave_in_their_order(client, account):
    for name in ("Boots B", "Tents", "Boots A"):
        make_live(make_campaign(advertiser=account, name=name))
    rows = read_csv(export(client, q="boots", sort="name"))
    assert [row["name"] for row in rows] == ["Boots A", "Boots B"]


def test_the_week_stands_in_plain_numbers_and_unknown_is_empty(client, account):
    known, _ = (make_live(make_campaign(advertiser=account, name=name)) for name in ("A", "B"))
    now = read_now()
    Result.objects.create(
        advertiser=account,
        campaign=known,
        day=now.date() - timedelta(days=1),
        spend=Decimal("1234.5"),
        results=5,
        read_at=now,
    )
    first, second = read_csv(export(client, sort="name"))
    assert (Decimal(first["spend_7_days"]), first["results_7_days"]) == (Decimal("1234.5"), "5")
    assert Decimal(first["cost_per_result_7_days"]) == Decimal("246.9")
    assert (second["spend_7_days"], second["results_7_days"]) == ("", "")


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_that_begins_like_a_formula_is_text_in_the_csv(client, account, begin):
    make_campaign(advertiser=account, name=f"{begin}1+1")
    assert read_csv(export(client))[0]["name"] == f"'{begin}1+1"


def test_a_name_that_is_a_formula_is_text_in_the_xlsx_and_stays_so_when_edited(client, account):
    make_campaign(advertiser=account, name=EVIL)
    answer = export(client, "xlsx")
    sheet = read_sheet(answer)
    assert "<f>" not in sheet
    assert "HYPERLINK" in sheet
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert 'quotePrefix="1"' in book.read("xl/styles.xml").decode()


def test_numbers_are_numbers_in_the_xlsx(client, account):
    make_campaign(advertiser=account, budget="625.50")
    assert re.search(r"<v>625\.50?</v>", read_sheet(export(client, "xlsx")))


def test_only_what_was_ticked_is_taken(client, account):
    ticked, _ = (make_campaign(advertiser=account, name=name) for name in ("A", "B"))
    answer = client.post(
        reverse("campaigns-export", args=["csv"]), {"pick": [ticked.pk], "back": "sort=name"}
    )
    assert [row["name"] for row in read_csv(answer)] == ["A"]


def test_what_one_cannot_see_is_not_taken_along(client, account):
    other = make_campaign(advertiser=make_advertiser(), name="Not for you")
    answer = client.post(reverse("campaigns-export", args=["csv"]), {"pick": [other.pk]})
    assert read_csv(answer) == []
    assert read_csv(export(client)) == []


def test_the_number_of_queries_does_not_grow_with_the_rows(client, account, django_assert_max_num_queries):
    counts = []
    for _ in range(2):
        for _ in range(4):
            make_live(make_campaign(advertiser=account))
        with django_assert_max_num_queries(30) as captured:
            read_csv(export(client))
        counts.append(len(captured))
    assert counts[0] == counts[1]
