"""Repairing everything at once from the builder: previewed, asked where it costs more, applied in one press."""

from html import unescape

import pytest
from django.utils.html import escape

from campaigns.models import Campaign, Change
from campaigns.services import repairing
from campaigns.services.judging import judge_campaign
from tests.factories import NOW, PASSWORD, make_live, make_person
from tests.web.browsing import list_broken
from tests.web.building import TREE, make_account, make_draft, read_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def bea(client):
    person = make_person("bea")
    client.force_login(person)
    return person


@pytest.fixture
def account(bea):
    return make_account({bea: "buyer"}, name="Northwind")


def make_mixed(bea, account, groups=30):
    """Under CBO all ad groups bid alike; every third of these does not."""
    first = TREE["adgroups"][0]
    capped = {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 15}
    trees = [{**first, "adgroup_name": f"Group {n}", **({} if n % 3 else capped)} for n in range(groups)]
    return make_draft(bea, account, {**TREE, "adgroups": trees})


def address(campaign):
    return f"/campaigns/{campaign.pk}/repair/"


def press(client, campaign, **members):
    html = client.get(address(campaign)).content.decode()
    form = {
        name: html.partition(f'name="{name}" value="')[2].partition('"')[0]
        for name in ("version", "key", "from")
    }
    return client.post(address(campaign), form | members)


def refusals(campaign):
    campaign = Campaign.objects.get(pk=campaign.pk)
    return [item for item in judge_campaign(campaign=campaign, now=NOW).findings if item.level == "refuse"]


def test_thirty_ad_groups_of_mixed_bid_types_are_repaired_by_one_press(client, bea, account):
    campaign = make_mixed(bea, account)
    assert refusals(campaign)
    html = client.get(address(campaign)).content.decode()
    assert "Apply 20 changes" in html
    assert html.count(">Strategy</th>") == 10
    answer = press(client, campaign)
    assert (answer.status_code, answer["Location"]) == (302, f"/campaigns/{campaign.pk}/build/")
    assert refusals(campaign) == []
    change = Change.objects.filter(act="edited").get()
    assert len(change.after) == 20


def test_the_builder_asks_for_it_by_itself_and_has_a_link_without_script(client, bea, account):
    campaign = make_mixed(bea, account, groups=2)
    group = campaign.adgroups.last()
    html = client.get(f"/campaigns/{campaign.pk}/build/adgroups/{group.pk}/").content.decode()
    assert f'hx-get="{address(campaign)}?from=adgroups/1"' in html
    assert f'href="{address(campaign)}?from=adgroups/1"' in html
    line = client.get(f"{address(campaign)}?from=adgroups/1", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in line
    assert "Repair everything: " in line
    answer = press(client, campaign, **{"from": "adgroups/1"})
    assert answer["Location"] == f"/campaigns/{campaign.pk}/build/adgroups/{group.pk}/"


def test_a_draft_with_nothing_to_mend_is_offered_none(client, bea, account):
    campaign = make_draft(bea, account)
    assert address(campaign) not in client.get(f"/campaigns/{campaign.pk}/build/").content.decode()
    assert "No set of values repairs it" in client.get(address(campaign)).content.decode()


def test_what_only_a_person_knows_is_named_with_its_place(client, bea, account):
    first = TREE["adgroups"][0]
    mixed = {**first, "adgroup_name": "Second", "bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 15}
    campaign = make_draft(bea, account, {**TREE, "campaign_name": "", "adgroups": [first, mixed]})
    html = client.get(address(campaign)).content.decode()
    assert "First it needs what only you know:" in html
    said = {item.rule: escape(item.message) for item in refusals(campaign)}
    assert said["required-member"] in html
    assert said["uniform-with-cbo"] not in html


def test_one_that_raises_exposure_says_the_amount_and_asks(client, bea, account):
    campaign = make_draft(bea, account, {**TREE, "budget": 1})
    html = " ".join(client.get(address(campaign)).content.decode().split())
    assert "worst day may grow from $1.25 to $62.50" in html
    answer = press(client, campaign)
    assert answer.status_code == 422
    assert "say yes to that first" in answer.content.decode()
    assert Campaign.objects.get().wanted["budget"] == 1
    assert press(client, campaign, accept="yes").status_code == 302
    assert Campaign.objects.get().wanted["budget"] == str(account.money.scale(50)) + ".00"


def test_a_draft_changed_meanwhile_is_not_repaired_by_an_old_preview(client, bea, account):
    campaign = make_mixed(bea, account, groups=2)
    for members in ({"version": "99"}, {"version": "x"}, {"key": "0123456789abcdef"}):
        answer = press(client, campaign, **members)
        assert answer.status_code == 409
        assert "Look at its repair again" in answer.content.decode()
    assert not Change.objects.filter(act="edited").exists()


def test_a_search_without_end_is_ended_and_said(client, bea, account, monkeypatch):
    monkeypatch.setattr(repairing, "PATIENCE", -1.0)
    campaign = make_mixed(bea, account, groups=2)
    assert "No repair found in time" in client.get(address(campaign)).content.decode()
    line = client.get(address(campaign), headers={"HX-Request": "true"}).content.decode()
    assert "Mend the findings one by one" in line


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("buyer", 302)])
def test_only_who_may_draft_repairs(client, role, status):
    person = make_person()
    account = make_account({person: role})
    owner = make_person()
    account.memberships.create(person=owner, role="buyer")
    campaign = make_mixed(owner, account, groups=2)
    client.force_login(owner)
    form = read_form(client.get(address(campaign)).content.decode(), form_id=None)
    client.force_login(person)
    html = client.get(address(campaign)).content.decode()
    assert ("Apply" in html) == (role == "buyer")
    posted = {name: values[0] for name, values in form.items() if name in ("version", "key", "from")}
    assert client.post(address(campaign), posted).status_code == status


def test_what_is_launched_or_somebody_elses_is_not_repaired(client, bea, account):
    live = make_live(make_mixed(bea, account, groups=2))
    assert "Nothing to repair here" in client.get(address(live)).content.decode()
    assert client.post(address(live), {"version": "1", "key": "x"}).status_code == 409
    stranger = make_person()
    client.force_login(stranger)
    assert client.get(address(live)).status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_in_the_browser_it_is_offered_while_one_works_and_done_in_one_press(live_server, page):
    person = make_person("max")
    campaign = make_mixed(person, make_account({person: "buyer"}), groups=6)
    page.goto(f"{live_server.url}/login/?next=/campaigns/{campaign.pk}/build/")
    page.fill("#id_username", "max")
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("text=Repair everything: 4 changes")
    page.click(".repair summary")
    assert page.locator(".repair-table tbody tr").count() == 4
    assert list_broken(page) == []
    page.fill("#in-field-campaign_name", "Renamed meanwhile")
    page.locator("#in-field-campaign_name").press("Tab")
    page.wait_for_selector("#repair[hx-get]", state="attached")
    page.wait_for_selector("text=Repair everything: 4 changes")
    page.click("text=Repair everything: 4 changes")
    page.wait_for_selector("text=nothing to mend")
    assert refusals(campaign) == []
    assert Campaign.objects.get().name == "Renamed meanwhile"
    assert page.complaints == []


def test_from_the_grid_it_comes_back_there_with_an_undo(client, bea, account):
    campaign = make_mixed(bea, account)
    page = client.get(f"/campaigns/{campaign.pk}/build/grid/?col=bid_type").content.decode()
    came = page.partition(f"{address(campaign)}?from=")[2].partition('"')[0]
    html = client.get(f"{address(campaign)}?from={came}").content.decode()
    form = {
        name: unescape(html.partition(f'name="{name}" value="')[2].partition('"')[0])
        for name in ("version", "key", "from")
    }
    answer = client.post(address(campaign), form)
    change = Change.objects.filter(act="edited").get()
    assert answer["Location"] == f"/campaigns/{campaign.pk}/build/grid/?col=bid_type&at={change.pk}"
    assert f'action="/changes/{change.pk}/undo/"' in client.get(answer["Location"]).content.decode()


def test_where_no_finding_can_be_mended_by_a_rule_no_repair_is_offered(client, bea, account):
    campaign = make_draft(bea, account, {**TREE, "campaign_name": ""})
    for page in (f"/campaigns/{campaign.pk}/build/", f"/campaigns/{campaign.pk}/review/"):
        assert "Repair everything" not in client.get(page).content.decode()
