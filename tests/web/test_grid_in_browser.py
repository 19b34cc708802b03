"""The grid in a real browser: thirty ad groups with their ads by one paste, U1 broken, seen and repaired, then launched."""

import pytest

from campaigns.models import Campaign, Launch
from tests.factories import make_person
from tests.web.browsing import list_broken, sign_in
from tests.web.building import make_account
from tests.web.gridding import list_groups, make_groups

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COVER = "https://example.com/thumb.jpg"
HEAD = ("Ad group name", "Locations", "Ad name", "Texts", "landing_page_url", "Video", "Cover picture")


@pytest.fixture
def draft(live_server, page):
    person = make_person("max", time_zone="Europe/Berlin")
    account = make_account({person: "manager"}, name="Northwind")
    account.places.create(location_id="6252001", name="United States")
    draft = make_groups(person, account, 1)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, live_server.url, "max")
    page.goto(f"{live_server.url}/campaigns/{draft.pk}/build/grid/")
    return draft


def paste(page, rows):
    """What a spreadsheet leaves on the clipboard, into the chosen cell."""
    words = "\n".join("\t".join(row) for row in rows) + "\n"
    page.evaluate("words => navigator.clipboard.writeText(words)", words)
    with page.expect_response(lambda answer: answer.url.endswith("/paste/")):
        page.keyboard.press("Control+v")


def choose(page, row, path):
    number = page.locator(f'#grid-table thead th[data-path="{path}"]').get_attribute("id").removeprefix("c")
    page.locator(f'#grid-table tbody tr:nth-child({row}) [data-c="{number}"]').click()


def type_and_wait(page, words, key="Enter"):
    page.keyboard.type(words)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press(key)


def test_thirty_ad_groups_with_an_ad_each_are_pasted_broken_repaired_and_launched(draft, page):
    choose(page, 1, "adgroup_name")
    rows = [
        (
            f"Group {n}",
            "United States",
            f"Ad {n}",
            f'"Text {n}, now\nOr never"',
            f"https://example.com/{n}",
            "v11",
            COVER,
        )
        for n in range(1, 33)
    ]
    paste(page, [HEAD, *rows])
    page.wait_for_selector("text=29 ad groups made")
    page.wait_for_selector("text=2 rows did not fit")
    groups = list_groups(draft)
    assert [group.name for group in groups] == [f"Group {n}" for n in range(1, 31)]
    assert "nothing to mend" in page.locator("#planline").inner_text()
    texts = groups[29].ads.get().wanted["ad_text_list"]
    assert texts == [{"ad_text": "Text 30, now"}, {"ad_text": "Or never"}]
    assert list_broken(page) == []

    # a column that must be equal under CBO gets two values: seen on the cell that differs, and mended there
    choose(page, 1, "optimization_event")
    page.keyboard.press("Shift+ArrowDown")
    paste(page, [("COMPLETE_PAYMENT",), ("FORM",)])
    page.wait_for_selector("#grid-table tbody tr:nth-child(2) .says-refuse .cell-dot")
    assert "\n1 to mend" in page.locator("#planline").inner_text()
    assert list_broken(page) == []
    page.click("#grid-said .said-fix >> nth=0")
    page.wait_for_selector('#grid-table .all [name="all:optimization_event"]')

    # and the same cell is edited once for all, by keys alone
    choose(page, 1, "optimization_event")
    for key in ("ArrowLeft", "ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    type_and_wait(page, "FORM")
    assert {group.wanted["optimization_event"] for group in list_groups(draft)} == {"FORM"}

    page.click("[data-review]")
    page.wait_for_url("**/review/")
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="Launch").click()
    page.wait_for_url("**/launch/")
    assert Launch.objects.get().pushes.filter(aspect="body").count() == 61
    assert page.complaints == []


def test_cells_are_walked_copied_filled_and_undone_with_keys(draft, page):
    choose(page, 1, "adgroup_name")
    paste(page, [("One",), ("Two",), ("Three",)])
    page.wait_for_selector("text=2 ad groups made")
    page.keyboard.press("ArrowDown")
    type_and_wait(page, "Second")
    assert page.locator("#grid-table .at input[name$=adgroup_name]").input_value() == "Three"
    page.keyboard.press("Enter")
    page.keyboard.type(" more")
    page.keyboard.press("Escape")
    assert page.locator("#grid-table .at input[name$=adgroup_name]").input_value() == "Three"
    for key in ("ArrowUp", "ArrowUp", "Shift+ArrowDown", "Control+c"):
        page.keyboard.press(key)
    assert page.evaluate("navigator.clipboard.readText()") == "One\nSecond"
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Control+d")
    assert [group.name for group in list_groups(draft)] == ["One", "One", "Three"]
    page.keyboard.press("ArrowDown")
    paste(page, [("A",), ("B",)])
    page.wait_for_selector("text=1 ad group made, 1 cell changed")
    page.click("text=Undo")
    page.wait_for_selector("text=it stands as before")
    assert [group.name for group in list_groups(draft)] == ["One", "One", "Three"]
    assert Campaign.objects.get().adgroups.count() == 3
    assert page.complaints == []
