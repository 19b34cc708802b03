"""The Performance tab: numbers by day with their age, gaps where nothing is known, learning apart, and what happened."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from campaigns.models import AssetResult, Flip, Result
from tests.factories import make_campaign, make_change, make_person
from tests.services.proposing import LAUNCHED, NOW, deliver, make_team
from tests.web.clock import run_clock

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture
def clock(settings):
    with run_clock(settings, NOW) as running:
        yield running


@pytest.fixture
def team(clock):
    return make_team()


@pytest.fixture
def campaign(team):
    """Learns since three days, with five results a day in each of two ad groups."""
    return team.learn(adgroups=2)


@pytest.fixture
def reader(client, team):
    client.force_login(team.buyer)
    return team.buyer


def read(client, campaign, query="", status=200):
    answer = client.get(f"/campaigns/{campaign.pk}/?tab=performance{query}")
    assert answer.status_code == status
    return answer.content.decode()


def read_data(html):
    return json.loads(re.search(r'id="chart-data" type="application/json">(.*?)</script>', html)[1])


def count(campaign, day, **numbers):
    return Result.objects.create(
        advertiser=campaign.advertiser, campaign=campaign, day=day, read_at=NOW, **numbers
    )


def leave_learning(campaign):
    """Older results, so that both ad groups left learning a fortnight ago."""
    old = LAUNCHED - 20 * DAY
    campaign.launch.live_since = campaign.launch.started_at = old
    campaign.launch.save()
    for group in campaign.adgroups.all():
        for index in range(3):
            Result.objects.create(
                advertiser=campaign.advertiser,
                adgroup=group,
                day=old.date() + index * DAY,
                spend=Decimal(100),
                impressions=1_000,
                clicks=10,
                results=30,
                real_time_conversions=30,
                value=Decimal(200),
                read_at=NOW,
            )


def test_the_numbers_of_a_day_stand_in_the_accounts_writing(client, reader, campaign):
    count(
        campaign,
        NOW.date() - DAY,
        spend=Decimal("120.50"),
        impressions=9_000,
        clicks=90,
        results=4,
        value=Decimal("241"),
    )
    html = read(client, campaign)
    for words in ("$120.50", "$30.13", "2.00", "9,000", "1.00\u00a0%"):
        assert words in html


def test_a_day_without_a_row_is_a_gap_and_not_nought(client, reader, campaign):
    count(campaign, NOW.date() - 2 * DAY, spend=Decimal(10), impressions=100, clicks=1, results=1)
    count(campaign, NOW.date(), spend=Decimal(20), impressions=100, clicks=1, results=2)
    html = read(client, campaign, "&days=7")
    assert read_data(html)["charts"]["spend"][0]["values"] == [None, None, None, None, 10.0, None, 20.0]
    assert "5 days unknown" in html


def test_a_day_without_a_result_has_no_cost_of_one(client, reader, campaign):
    count(campaign, NOW.date(), spend=Decimal(20), impressions=100, clicks=1, results=0)
    assert read_data(read(client, campaign))["charts"]["cost"][0]["values"][-1] is None


def test_the_total_takes_a_ratio_over_its_sums_and_not_over_daily_ratios(client, reader, campaign):
    count(campaign, NOW.date() - DAY, spend=Decimal(100), results=1)
    count(campaign, NOW.date(), spend=Decimal(100), results=3)
    assert '<strong class="num">$50.00</strong>' in read(client, campaign)


def test_days_inside_learning_are_shaded_and_said(client, reader, campaign):
    html = read(client, campaign, "&days=7")
    assert read_data(html)["learning"] == [3, 4, 5, 6]
    assert "Shaded days are from learning" in html


def test_ad_groups_that_learn_are_not_compared(client, reader, campaign):
    html = read(client, campaign, "&level=adgroup")
    assert "Week-one cost is no verdict" in html
    assert "Percentages are from the first" not in html


def test_ad_groups_past_learning_are_compared_over_the_days_they_share(client, reader, campaign):
    leave_learning(campaign)
    first, second = campaign.adgroups.order_by("pk")
    Result.objects.filter(adgroup=second, day__gte=LAUNCHED.date()).update(spend=Decimal(150))
    html = read(client, campaign, f"&level=adgroup&pick=adgroups/{first.pk}&pick=adgroups/{second.pk}")
    assert "Over the 3 whole days" in html
    assert "+50 %" in html


def test_a_level_shows_its_objects_and_draws_those_that_spent_most(client, reader, campaign):
    for number in range(6):
        group = campaign.adgroups.first()
        group.pk, group.remote_id, group.position = None, f"19{number}", 3 + number
        group.name = f"Copy {number}"
        group.save()
        deliver(group)
        Result.objects.filter(adgroup=group).update(spend=Decimal(200 + number))
    data = read_data(read(client, campaign, "&level=adgroup"))
    assert [line["label"] for line in data["charts"]["spend"]] == [f"Copy {n}" for n in (5, 4, 3, 2, 1)]


def test_an_edit_is_marked_on_its_day_and_leads_to_its_line_in_the_history(client, reader, campaign):
    change = make_change(campaign, at=NOW - DAY, before={"budget": "100.00"}, after={"budget": "130.00"})
    html = read(client, campaign, "&days=7")
    [mark] = read_data(html)["marks"]
    assert mark["place"] == 5
    assert "budget 100.00 → 130.00 (+30 %)" in mark["lines"][1]
    assert mark["href"].endswith(f"#changes-{change.pk}")
    followed = client.get(f"/campaigns/{campaign.pk}/{mark['href']}").content.decode()
    assert f'id="changes-{change.pk}"' in followed


def test_an_edit_that_began_learning_anew_is_marked_as_a_reset(client, reader, campaign):
    make_change(campaign, at=NOW - DAY, before={"budget": "100.00"}, after={"budget": "200.00"})
    assert [mark["kind"] for mark in read_data(read(client, campaign))["marks"]] == ["reset"]


@pytest.mark.parametrize(
    ("member", "before", "after", "cause", "kind"),
    [
        ("body:ad_name", '"a"', '"b"', "elsewhere", "drift"),
        ("secondary_status", "AD_STATUS_AUDIT", "AD_STATUS_DELIVERY_OK", "tiktok", "review"),
        ("operation_status", "ENABLE", "FROZEN", "tiktok", "switch"),
    ],
)
def test_what_was_read_is_marked_by_its_kind(client, reader, campaign, member, before, after, cause, kind):
    ad = campaign.adgroups.first().ads.first()
    Flip.objects.create(
        advertiser=campaign.advertiser,
        campaign_ref=campaign.pk,
        target=f"ads/{ad.pk}",
        member=member,
        before=before,
        after=after,
        cause=cause,
        at=NOW - DAY,
    )
    assert [mark["kind"] for mark in read_data(read(client, campaign))["marks"]] == [kind]


def test_what_tiktok_shows_of_our_own_edit_is_not_marked_again(client, reader, campaign):
    Flip.objects.create(
        advertiser=campaign.advertiser, campaign_ref=campaign.pk, target="campaign",
        member="body:budget", before="100", after="130", cause="ours", at=NOW - DAY,
    )  # fmt: skip
    assert read_data(read(client, campaign))["marks"] == []


def test_events_of_an_ad_group_that_is_not_drawn_are_left_out(client, reader, campaign):
    first, second = campaign.adgroups.order_by("pk")
    make_change(campaign, target=f"adgroups/{second.pk}", before={"name": "a"}, after={"name": "b"})
    query = "&level=adgroup&pick=adgroups/"
    assert read_data(read(client, campaign, f"{query}{first.pk}"))["marks"] == []
    assert len(read_data(read(client, campaign, f"{query}{second.pk}"))["marks"]) == 1


def test_an_own_range_is_kept_in_the_address(client, reader, campaign):
    html = read(client, campaign, "&since=2026-11-01&until=2026-11-03")
    assert read_data(html)["days"] == ["01 Nov", "02 Nov", "03 Nov"]
    assert 'value="2026-11-01"' in html


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("&since=soon", "“soon” is no day"),
        ("&since=2026-11-05&until=2026-11-01", "The last day lies before the first"),
        ("&since=2020-01-01", "A range has at most 366 days"),
    ],
)
def test_a_range_that_is_none_is_said(client, reader, campaign, query, said):
    assert said in read(client, campaign, query, status=422)


def test_every_chart_says_in_a_sentence_what_it_shows(client, reader, campaign):
    count(campaign, NOW.date() - DAY, spend=Decimal(20), results=1)
    count(campaign, NOW.date(), spend=Decimal(10), results=1)
    assert "least $10.00 on 17 Nov, most $20.00 on 16 Nov" in read(client, campaign)


def test_the_csv_holds_what_is_seen_and_leaves_the_unknown_empty(client, reader, campaign):
    count(campaign, date(2026, 11, 16), spend=Decimal("12.5"), impressions=10, clicks=1, results=2)
    answer = client.get(f"/campaigns/{campaign.pk}/performance.csv?since=2026-11-16&until=2026-11-17")
    head, known, unknown = b"".join(answer).decode().splitlines()
    assert head.startswith("level,id,tiktok_id,name,day,zone,currency,spend,results,cost")
    assert "2026-11-16,UTC,USD,12.5000,2,6.250000," in known
    assert "2026-11-17,UTC,USD,,,,,,,,,yes," in unknown


def test_a_campaign_of_somebody_elses_has_no_csv(client, campaign):
    client.force_login(make_person())
    assert client.get(f"/campaigns/{campaign.pk}/performance.csv").status_code == 404


def test_a_draft_has_nothing_to_show(client, reader, team):
    assert "Nothing at TikTok yet" in read(client, make_campaign(advertiser=team.account))


def test_the_number_of_queries_does_not_grow_with_the_tree(
    client, reader, team, django_assert_max_num_queries
):
    counts = []
    for size in (1, 4):
        campaign = team.learn(adgroups=size, ads=size)
        for ad in (ad for group in campaign.adgroups.all() for ad in group.ads.all()):
            Result.objects.create(advertiser=team.account, ad=ad, day=NOW.date(), spend=1, read_at=NOW)
        with django_assert_max_num_queries(36) as captured:
            read(client, campaign, "&level=ad")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_creatives_show_their_conversions_and_what_they_are(client, reader, campaign):
    for number, kind in enumerate(("VIDEO_NON_SPARK_ADS", "VIDEO_SPARK_ADS")):
        AssetResult.objects.create(
            campaign=campaign, material_id=f"m{number}", material_type=kind, name=f"hero {number}", read_at=NOW,
            day=NOW.date(), spend=Decimal(40), impressions=800, clicks=8, conversions=4 + number, value=Decimal(80),
        )  # fmt: skip
    group = campaign.adgroups.first()
    ad = group.ads.first()
    ad.remote = {**ad.remote, "creative_list": [{"ad_material_id": "m0"}]}
    ad.save()
    html = read(client, campaign, "&level=asset")
    assert f"hero 0 · {group.label}" in html
    for words in ("hero 0", "hero 1", "video, existing post", "Conversions", "$10.00", "$8.00"):
        assert words in html


def test_creatives_that_were_not_counted_are_said_to_be_so(client, reader, campaign):
    assert "No creative was counted" in read(client, campaign, "&level=asset")
