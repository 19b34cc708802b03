"""What a person has to know before deciding stands beside the field: what TikTok would drop, what is settled for good,
the least amount, and every time in three zones."""

import pytest

from campaigns.contract.levels import Level
from campaigns.contract.members import members_of
from campaigns.web.builder_notes import is_settled
from tests.factories import make_person
from tests.web.building import TREE, make_account, make_draft, read_under

pytestmark = pytest.mark.django_db
LOCK = "settled at launch"


@pytest.fixture
def bea(client):
    person = make_person("bea", time_zone="Europe/Berlin")
    client.force_login(person)
    return person


def make_page(client, bea, *, account=None, **group):
    """The builder's page of an ad group, as text."""
    account = account or make_account({bea: "buyer"})
    draft = make_draft(bea, account, {**TREE, "adgroups": [{**TREE["adgroups"][0], **group}]})
    return client.get(f"/campaigns/{draft.pk}/build/adgroups/{draft.adgroups.get().pk}/").content.decode()


def read_name(html, path):
    """What stands beside a field's name."""
    part = html.partition(f'id="field-{path.replace("/", "-")}"')[2]
    return part.partition('class="field-body"')[0]


def test_a_member_is_settled_when_tiktok_creates_it_and_never_updates_it():
    assert is_settled(Level.CAMPAIGN, "objective_type")
    assert is_settled(Level.ADGROUP, "optimization_goal")
    assert not is_settled(Level.CAMPAIGN, "budget")
    assert not is_settled(Level.ADGROUP, "targeting_spec/gender")
    assert not is_settled(Level.AD, "operation_status")
    assert not is_settled(Level.AD, "no_such_member")


@pytest.mark.parametrize("level", list(Level))
def test_every_settled_field_of_the_builder_says_so_and_no_other(client, bea, level):
    draft = make_draft(bea, make_account({bea: "buyer"}))
    group = draft.adgroups.get()
    where = {
        Level.CAMPAIGN: "",
        Level.ADGROUP: f"adgroups/{group.pk}/",
        Level.AD: f"ads/{group.ads.get().pk}/",
    }[level]
    html = client.get(f"/campaigns/{draft.pk}/build/{where}").content.decode()
    for member in members_of(level).values():
        if "[]" in member.path or f'id="field-{member.path.replace(".", "-")}"' not in html:
            continue
        path = member.path.replace(".", "/")
        assert (LOCK in read_name(html, path)) == is_settled(level, path), path


def test_the_review_marks_what_is_settled(client, bea):
    draft = make_draft(bea, make_account({bea: "buyer"}))
    html = " ".join(client.get(f"/campaigns/{draft.pk}/review/").content.decode().split())
    for name, settled in (("objective_type", True), ("campaign_name", False), ("optimization_goal", True)):
        row = html.partition(f"<code>{name}</code>")[2].partition("</th>")[0]
        assert (LOCK in row) == settled, name


@pytest.mark.parametrize(
    ("member", "value"),
    [("gender", "GENDER_FEMALE"), ("age_groups", ["AGE_25_34"]), ("audience_ids", ["123"])],
)
def test_targeting_that_tiktok_would_drop_in_this_mode_is_said_beside_its_field(client, bea, member, value):
    html = make_page(client, bea, targeting_spec={member: value}, suggestion_audience_enabled=False)
    said = read_under(html, f"targeting_spec/{member}")
    assert "Not sent" in said or "not sent" in said
    assert "sent-otherwise-money-or-audience" in said


def test_every_time_stands_in_three_zones(client, bea):
    html = make_page(
        client,
        bea,
        schedule_type="SCHEDULE_START_END",
        schedule_start_time="2027-01-10 23:30:00",
        schedule_end_time="2027-02-10 12:00:00",
    )
    assert 'value="2027-01-10T18:30"' in html
    assert "America/New_York" in html
    said = read_under(html, "schedule_start_time")
    assert "11 Jan 00:30 your time" in said
    assert "23:30 UTC" in said


def test_the_least_budget_is_said_in_the_accounts_currency(client, bea):
    account = make_account({bea: "buyer"}, currency="JPY")
    draft = make_draft(bea, account)
    html = client.get(f"/campaigns/{draft.pk}/build/").content.decode()
    assert "JPY at least, TikTok" in read_under(html, "budget")
