"""Brings a file up to its clock: every hour that is over is lived once, with everything as it stood at that hour's end.

Called at the start of each call. A call that writes lives up to its own moment first, inside its transaction, so what it changes
counts from its hour on; switches count to the second (table `flip`). Long stretches are lived in slices, each one a transaction.
"""

from collections.abc import Iterable

from campaigns.contract.reports import CORRECTION_HOUR, LAG_MINUTES
from smartplus_admin.sandbox.clock import read_clock
from smartplus_admin.sandbox.entities import select_entities
from smartplus_admin.sandbox.library import list_accounts
from smartplus_admin.sandbox.life.calendar import HOUR, find_local, floor_hour
from smartplus_admin.sandbox.life.causes import find_group_causes
from smartplus_admin.sandbox.life.engine import Flips, Outcome, Run
from smartplus_admin.sandbox.life.picture import CampaignPicture, is_running, picture_campaign
from smartplus_admin.sandbox.life.purse import UNBOUNDED, Budget
from smartplus_admin.sandbox.life.seed import read_scenario, read_seed
from smartplus_admin.sandbox.life.state import CampaignState, GroupState
from smartplus_admin.sandbox.store import (
    Database,
    Store,
    dump_json,
    get_setting,
    load_json,
    set_setting,
)

SLICE = 5_000  # hours of ads in one transaction: a fraction of a second, so that no other process waits long for the file
NOON = CORRECTION_HOUR * HOUR
DAY = 24 * HOUR
LAG = LAG_MINUTES * 60


def live(store: Store, review_seconds: float) -> None:
    """Lives all hours that are over now. Costs one look into the file where nothing is due."""
    with store.read() as db:
        now = read_clock(db).tell()
        lived = _read_lived(db)
    while lived is None or lived < floor_hour(now):
        with store.write() as db:
            lived = live_within(db, review_seconds, now, most=_find_slice(db))


def live_within(db: Database, review_seconds: float, now: float, *, most: int | None = None) -> int:
    """The same inside a transaction that writes; tells the first hour that is not lived. A new file begins with this hour."""
    until = floor_hour(now)
    lived = _read_lived(db)
    if lived is not None and lived >= until:
        return lived
    since = until if lived is None else lived
    stop = until if most is None else min(until, since + most)
    _live_hours(db, review_seconds, range(since, stop))
    set_setting(db, "lived", str(stop))
    return stop


def _find_slice(db: Database) -> int:
    """How many hours go into one transaction."""
    [ads] = db.execute("SELECT count(*) FROM entity WHERE level = 'ad' AND deleted_with = ''").fetchone()
    return max(1, SLICE // max(1, ads))


def _read_lived(db: Database) -> int | None:
    text = get_setting(db, "lived")
    return None if text is None else int(text)


def _live_hours(db: Database, review_seconds: float, hours: range) -> None:
    seed, scenario = read_seed(db), read_scenario(db)
    flips = _read_flips(db)
    switched = {
        row["campaign_id"]
        for row in db.execute("SELECT campaign_id FROM entity WHERE id IN (SELECT entity_id FROM flip)")
    }
    accounts = {account["advertiser_id"]: account for account in list_accounts(db)}
    for campaign in select_entities(db, "level = 'campaign'", ()):
        account = accounts[campaign.advertiser_id]
        known = db.execute("SELECT state FROM life WHERE campaign_id = ?", (campaign.id,)).fetchone()
        state = CampaignState.read(load_json(known["state"])) if known else CampaignState()
        if not (campaign.id in switched or is_running(campaign, account) or state.waits):
            continue
        children = select_entities(db, "campaign_id = ? AND level <> 'campaign'", (campaign.id,))
        children.reverse()  # oldest first
        picture = picture_campaign(campaign, children, account, review_seconds)
        own = {row.id: flips[row.id] for row in (campaign, *children) if row.id in flips}
        run = Run(picture, state, seed, find_group_causes(db, picture), scenario, own)
        outcome = run.live(hours)
        if state.groups:
            _store(db, picture, state, outcome, hours.stop)
    db.execute("DELETE FROM flip")


def _read_flips(db: Database) -> Flips:
    flips: dict[str, list[tuple[float, bool]]] = {}
    for row in db.execute("SELECT * FROM flip ORDER BY rowid"):
        flips.setdefault(row["entity_id"], []).append((row["at"], bool(row["runs"])))
    return flips


def _store(db: Database, picture: CampaignPicture, state: CampaignState, outcome: Outcome, stop: int) -> None:
    head = (picture.advertiser_id, picture.id)
    db.executemany(
        "INSERT INTO shown VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                head[0],
                row.day,
                row.ad_id,
                row.hour,
                head[1],
                row.adgroup_id,
                row.local_hour,
                row.spend,
                row.guess,
            )
            + (row.impressions, row.reached, row.watched, row.clicks, row.landed)
            for row in outcome.shown
        ),
    )
    db.executemany(
        "INSERT INTO result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        _gather_results(picture, outcome),
    )
    db.executemany(
        "INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " shown = shown + excluded.shown, clicked = clicked + excluded.clicked",
        (
            (head[0], day, ad_id, kind, key, head[1], row.adgroup_id)
            + (row.part.entity_id, row.part.type, row.part.name, row.shown, row.clicked)
            for (ad_id, day, kind, key), row in outcome.parts.items()
        ),
    )
    db.executemany(
        "INSERT INTO learned (adgroup_id, hour, kind, cause) VALUES (?, ?, ?, ?)",
        ((key, event.hour, event.kind, event.cause) for key, event in outcome.events),
    )
    db.execute("INSERT OR REPLACE INTO life VALUES (?, ?)", (picture.id, dump_json(state.write())))
    db.executemany(
        "INSERT OR REPLACE INTO purse VALUES (?, ?, ?, ?, ?, ?, ?)", _list_purses(picture, state, stop)
    )


def _gather_results(picture: CampaignPicture, outcome: Outcome) -> Iterable[tuple[object, ...]]:
    """Results of one ad with the same two hours are one row."""
    found: dict[tuple[str, str, int, int], list[int]] = {}
    for result in outcome.results:
        sums = found.setdefault((result.adgroup_id, result.ad_id, result.hour, result.at), [0, 0, 0, 0, 0])
        if result.heard:
            sums[0] += 1
            sums[1] += result.value > 0
            sums[2] += result.value
            sums[3] += result.by_view
        else:
            sums[4] += 1
    for (adgroup_id, ad_id, hour, at), sums in found.items():
        shown, happened = find_local(picture.zone, hour), find_local(picture.zone, at)
        yield (
            *(picture.advertiser_id, shown.day, ad_id, hour, at, picture.id, adgroup_id, shown.hour),
            *(happened.day, happened.hour, find_telling(at, same_day=shown.day == happened.day), *sums),
        )


def find_telling(at: int, *, same_day: bool) -> float:
    """When a report counts a result on the day of its impression: soon on the same day, else with the next correction."""
    known = (at + 1) * HOUR + LAG
    return known if same_day else -(-(known - NOON) // DAY) * DAY + NOON


def _list_purses(picture: CampaignPicture, state: CampaignState, stop: int) -> Iterable[tuple[object, ...]]:
    ends = find_local(picture.zone, stop - 1).day_ends * HOUR
    unit = 10**picture.coin.decimals
    parts: list[tuple[str, CampaignState | GroupState, Budget]] = [(picture.id, state, picture.budget)]
    for group in picture.groups:
        if group.id in state.groups:
            parts.append((group.id, state.groups[group.id], group.budget))
    for key, part, budget in parts:
        until = float(min(part.exhausted_until, UNBOUNDED // HOUR) * HOUR)
        live_budget = part.purse.tell_live(budget) / unit
        yield key, part.purse.today, ends, part.purse.spent, budget.amount / unit, live_budget, until
