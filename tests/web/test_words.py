"""TikTok's words for people, money in its own writing, times in three zones."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils.html import strip_tags

from campaigns.contract.levels import Level
from campaigns.contract.statuses import _primary_by_secondary
from campaigns.tiktok.errors import Meaning
from campaigns.web.templatetags.smartplus import money, next_words, plain, short
from campaigns.web.words import MEANINGS, say_delivery, say_distance, say_status


@pytest.mark.parametrize(
    ("level", "status"), [(level, name) for level in Level for name in _primary_by_secondary(level)]
)
def test_every_status_tiktok_lists_has_words(level, status):
    word = say_status(level, status)
    assert word.text != status
    assert word.tone in ("good", "busy", "wait", "bad", "quiet")


def test_a_status_nobody_knows_is_shown_raw():
    assert say_status(Level.AD, "AD_STATUS_BRAND_NEW").text == "AD_STATUS_BRAND_NEW"


@pytest.mark.parametrize(
    ("error", "certain", "said"),
    [
        ({"meaning": "unsure", "endpoint": "/smart_plus/ad/create/"}, False, "We look whether it was made"),
        ({"meaning": "unsure", "endpoint": "/smart_plus/ad/update/"}, False, "We look whether it was taken"),
        ({"meaning": "duplicate", "endpoint": "/campaign/status/update/"}, False, "whether it was taken"),
        ({"meaning": "unsure", "endpoint": "/smart_plus/ad/get/"}, False, "It is read back again."),
        ({"meaning": "missing", "message": "not yet"}, False, "It is read back again."),
        ({"meaning": "missing"}, True, "Look whether it was removed there"),
        ({"meaning": "unsure"}, False, "We look whether it was made"),
        ({"meaning": "no such meaning"}, True, "Mend it and launch again"),
    ],
)
def test_what_happens_next_fits_what_the_call_was_about(error, certain, said):
    assert said in next_words(error, certain)


def test_every_meaning_of_an_error_says_what_happens_next():
    assert {meaning.value for meaning in Meaning} - {"done"} <= set(MEANINGS)


@pytest.mark.parametrize(
    ("amount", "account", "text"),
    [
        ("500", "USD", "$500.00"),
        (3000, "JPY", "¥3,000"),
        (1234567.5, "EUR", "€1,234,567.50"),
        ("40", "CAD", "CAD 40.00"),
        ("-5", "USD", "−$5.00"),
        ("fifty", "USD", "fifty"),
        ("5", "XXX", "5"),
        (None, "USD", ""),
    ],
)
def test_money_is_written_as_its_currency_is(amount, account, text):
    assert money(amount, account) == text


@pytest.mark.parametrize(("number", "text"), [(950, "950"), (12_345, "12.3k"), (2_000_000, "2M"), ("x", "x")])
def test_large_numbers_are_short(number, text):
    assert short(number) == text


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (["a", "b"], "a, b"), ({"a": 1}, '{"a": 1}'), ([], "–"), (0, "0")]
)
def test_values_read_plainly(value, text):
    assert plain(value) == text


def test_a_time_stands_in_the_accounts_zone_with_mine_and_utc_beside_it():
    shell = SimpleNamespace(zone="Europe/Berlin", now=datetime(2026, 11, 17, 12, tzinfo=UTC))
    at = datetime(2026, 11, 17, 2, 30, tzinfo=UTC)
    html = Template("{% load smartplus %}{% when at 'America/New_York' %}").render(
        Context({"at": at, "shell": shell})
    )
    assert 'datetime="2026-11-17T02:30:00Z"' in html
    assert "16 Nov 2026, 21:30 <small>New York (account)</small>" in html
    assert "17 Nov 03:30 Berlin (you) · 17 Nov 02:30 UTC" in html


def test_a_zone_of_the_same_time_is_said_once():
    shell = SimpleNamespace(zone="UTC", now=datetime(2026, 11, 17, 12, tzinfo=UTC))
    context = Context({"at": "2026-11-17T02:30:00Z", "shell": shell})
    html = Template("{% load smartplus %}{% when at 'UTC' %}").render(context)
    assert html.count("02:30") == 2  # in words and for machines


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(2, "just now"), (61, "61 s ago"), (600, "10 min ago"), (-30, "in 30 s"), (200_000, "2 days ago")],
)
def test_distances_are_rough(seconds, text):
    assert say_distance(seconds) == text


@pytest.mark.parametrize("read", ["CAMPAIGN_STATUS_DISABLE", "CAMPAIGN_STATUS_ENABLE"])
def test_a_campaign_that_is_off_says_so_whatever_was_read_of_it_and_its_ads(read):
    assert say_delivery(read, {}, {"AD_STATUS_DELIVERY_OK": 2}, on=False).text == "Paused"


def test_a_campaign_that_is_on_is_never_called_paused():
    assert say_delivery("CAMPAIGN_STATUS_DISABLE", {}, {}).text == "Going on"


@pytest.mark.parametrize(
    ("adgroups", "ads", "text"),
    [
        ({"ADGROUP_STATUS_DISABLE": 1}, {}, "On, but its ad group is paused"),
        ({"ADGROUP_STATUS_DISABLE": 3}, {}, "On, but all ad groups are paused"),
        ({"ADGROUP_STATUS_DISABLE": 2, "ADGROUP_STATUS_AUDIT": 1}, {}, "2 of 3 ad groups are paused"),
        ({"ADGROUP_STATUS_DELIVERY_OK": 1}, {"AD_STATUS_DISABLE": 2}, "On, but all ads are paused"),
    ],
)
def test_what_is_paused_below_a_campaign_that_is_on_is_said_in_one_line(adgroups, ads, text):
    assert say_delivery("CAMPAIGN_STATUS_ENABLE", adgroups, ads).text == text


def test_some_ads_delivering_are_counted():
    ads = {"AD_STATUS_DELIVERY_OK": 2, "AD_STATUS_AUDIT": 1}
    assert (
        say_delivery("CAMPAIGN_STATUS_ENABLE", {"ADGROUP_STATUS_DELIVERY_OK": 1}, ads).text
        == "Delivering, 2 of 3 ads"
    )


def test_the_first_level_that_does_not_deliver_says_why():
    ads = {"AD_STATUS_ADGROUP_DISABLE": 2}
    assert (
        say_delivery("CAMPAIGN_STATUS_ENABLE", {"ADGROUP_STATUS_BUDGET_EXCEED": 1}, ads).text
        == "Budget used up"
    )
    assert (
        say_delivery(
            "CAMPAIGN_STATUS_ENABLE", {"ADGROUP_STATUS_DELIVERY_OK": 1}, {"AD_STATUS_AUDIT_DENY": 1}
        ).tone
        == "bad"
    )


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(33, 70, "in 33 h to 3 days"), (66, 78, "in 3 days"), (0, 70, "just now to in 3 days")],
)
def test_when_something_will_be_is_said_once_where_both_ends_are_as_far(low, high, said):
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    moments = {"low": now + timedelta(hours=low), "high": now + timedelta(hours=high)}
    page = Template("{% load smartplus %}{% between low high %}")
    shell = SimpleNamespace(now=now, zone="Asia/Tokyo")
    assert strip_tags(page.render(Context({"shell": shell, **moments}))) == said
