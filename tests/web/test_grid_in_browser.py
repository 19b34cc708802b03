"""The grid in a real browser: thirty ad groups with their ads by one paste, U1 broken, seen and repaired, then launched."""

import pytest

from campaigns.models import Campaign, Launch
from tests.factories import make_person
from tests.web.browsing import is_save, list_broken, sign_in
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
    with page.expect_response(is_save):
        page.keyboard.press(key)
    page.wait_for_function("() => !document.querySelector('[data-unsaved], #savedat.saving')")


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
    with page.expect_response(is_save):
        page.keyboard.press("Control+d")
    assert [group.name for group in list_groups(draft)] == ["One", "One", "Three"]
    page.keyboard.press("ArrowDown")
    paste(page, [("A",), ("B",)])
    page.wait_for_selector("text=1 ad group made, 1 cell changed")
    page.click("text=Undo")
    page.wait_for_selector("text=Undone.")
    assert [group.name for group in list_groups(draft)] == ["One", "One", "Three"]
    assert Campaign.objects.get().adgroups.count() == 3
    assert page.complaints == []


def test_what_was_changed_here_is_undone_and_done_again_by_keys(draft, page):
    def names():
        return [group.name for group in list_groups(draft)]

    def press(key):
        with page.expect_response(lambda answer: answer.url.endswith("/undo/")):
            page.keyboard.press(key)

    choose(page, 1, "adgroup_name")
    type_and_wait(page, "Typed")
    choose(page, 1, "adgroup_name")
    paste(page, [("A",), ("B",), ("C",)])
    page.wait_for_selector("#grid-table tbody tr:nth-child(3)")
    page.check("[data-pick-all]")
    assert page.locator("[name=pick]:checked").count() == 3
    page.uncheck("[name=pick] >> nth=0")
    page.click("#grid-bulk summary")
    page.click("#grid-bulk [value=remove]")
    page.wait_for_selector("text=Removed 2 ad groups")
    page.wait_for_load_state()  # keys answer once the page is loaded
    for key, then in (
        ("Control+z", ["A", "B", "C"]),
        ("Control+z", ["Typed"]),
        ("Control+z", ["Group 1"]),
        ("Control+Shift+z", ["Typed"]),
        ("Control+Shift+z", ["A", "B", "C"]),
    ):
        press(key)
        assert names() == then
    assert page.complaints == []


def test_a_cell_that_is_cut_off_is_edited_itself_and_a_choice_walked_by_keys_is_taken_back(draft, page):
    page.set_viewport_size({"width": 1100, "height": 700})
    edge = page.locator(".grid-scroll").bounding_box()
    right = edge["x"] + edge["width"] - 30  # within a cell that the edge cuts off
    top = page.locator("#grid-table tbody tr:first-child").bounding_box()["y"] + 12
    name = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('[data-c]').querySelector('[name]').name",
        [right, top],
    )
    page.mouse.dblclick(right, top)
    assert page.locator(".editing [name]").get_attribute("name") == name
    page.keyboard.press("Escape")

    choose(page, 1, "bid_type")
    select = page.locator('#grid-table [name$=":bid_type"]')
    page.evaluate("HTMLSelectElement.prototype.showPicker = undefined")  # walked closed, as some browsers do
    for key in ("Enter", "ArrowDown"):
        page.keyboard.press(key)
    assert select.input_value() == "BID_TYPE_CUSTOM"
    page.keyboard.press("Escape")
    assert select.input_value() == "BID_TYPE_NO_BID"
    assert list_groups(draft)[0].wanted["bid_type"] == "BID_TYPE_NO_BID"


def test_what_is_ticked_stays_over_a_change_and_what_was_changed_comes_into_sight(draft, page):
    page.check("[name=pick]")
    page.click("#grid-bulk >> text=Change…")
    page.select_option("#column", "placement_type")
    page.fill("#value", "nonsense")
    page.click("text=Look at it first")
    page.click("button[value=apply]")
    page.wait_for_selector("text=Changed 1 cell")
    page.wait_for_load_state()  # its script ticks the rows again
    assert page.locator("[name=pick]").is_checked()
    assert page.locator('#grid-table .at [name$=":placement_type"]').is_visible()
    page.wait_for_function("""() => {
        const box = selector => document.querySelector(selector).getBoundingClientRect();
        const cell = box("#grid-table .at"), sheet = box(".grid-scroll");
        return cell.right <= sheet.right + 1 && cell.left >= sheet.left;
    }""")
    assert "at=" not in page.url
