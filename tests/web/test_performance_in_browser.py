"""The Performance tab in a real browser: charts are drawn, in the dark too; a mark tells and leads to its line."""

from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns.models import Result
from tests.factories import make_change
from tests.services.proposing import NOW, make_team
from tests.web.browsing import check_look, sign_in
from tests.web.clock import run_clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAINTED = """name => { const canvas = document.querySelector(`canvas[data-chart=${name}]`);
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0); }"""
PLACE = """place => { const chart = Chart.getChart(document.querySelector("canvas[data-chart=spend]"));
  return {x: chart.scales.x.getPixelForValue(place), y: chart.chartArea.top}; }"""
TELLS = """words => (Chart.getChart(document.querySelector("canvas[data-chart=spend]")).tooltip.body || [])
  .some(item => item.lines.some(line => line.includes(words)))"""


@pytest.fixture
def clock(settings):
    with run_clock(settings, NOW) as running:
        yield running


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_charts_are_drawn_and_a_mark_tells_what_happened_and_leads_there(
    live_server, page, clock, width, theme
):
    team = make_team(zone="America/New_York")
    campaign = team.learn(adgroups=2)
    for number in range(3):
        Result.objects.create(
            advertiser=team.account, campaign=campaign, day=NOW.date() - timedelta(days=number), read_at=NOW,
            spend=Decimal(100 + number), impressions=9_000, clicks=90, results=4, value=Decimal(200),
        )  # fmt: skip
    change = make_change(
        campaign, at=NOW - timedelta(days=1), before={"budget": "100.00"}, after={"budget": "130.00"}
    )
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, live_server.url, team.buyer.username)
    page.evaluate("theme => localStorage.setItem('smartplus-theme', theme)", theme)
    for query in (
        "tab=history&object=campaign",
        "tab=performance&level=adgroup",
        "tab=performance&days=7",
    ):
        page.goto(f"{live_server.url}/campaigns/{campaign.pk}/?{query}")
        if "performance" in query:
            page.wait_for_selector("#charts[data-drawn='7']")
            assert page.evaluate(PAINTED, "spend")
        check_look(page, query)

    spot = page.evaluate(PLACE, 5)
    canvas = page.locator("canvas[data-chart=spend]")
    canvas.hover(position=spot)
    page.wait_for_function(TELLS, arg="budget 100.00 → 130.00 (+30 %)")
    canvas.click(position=spot)
    page.wait_for_url(f"**/?tab=history*#changes-{change.pk}")
    assert page.complaints == []
