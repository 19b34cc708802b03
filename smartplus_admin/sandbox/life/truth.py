"""What the API never tells, for tests and calibration: learning as it really is, the causes at work, what really sold."""

from typing import Any

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.entities import Entity, find_entities, list_children
from smartplus_admin.sandbox.library import find_account
from smartplus_admin.sandbox.life.calendar import write_hour
from smartplus_admin.sandbox.life.causes import find_group_causes
from smartplus_admin.sandbox.life.engine import Run
from smartplus_admin.sandbox.life.picture import picture_campaign
from smartplus_admin.sandbox.life.scenarios import combine
from smartplus_admin.sandbox.life.seed import read_scenario, read_seed
from smartplus_admin.sandbox.life.state import CampaignState, GroupState
from smartplus_admin.sandbox.store import Database, get_setting, load_json


def tell_truth(db: Database, campaign_ids: list[str], review_seconds: float) -> dict[str, Any]:
    """Of the named campaigns, or of all that ever delivered. Times are RFC 3339 in UTC."""
    keys = campaign_ids or [row["campaign_id"] for row in db.execute("SELECT campaign_id FROM life")]
    groups = []
    for campaign in find_entities(db, Level.CAMPAIGN, keys):
        groups += _tell_campaign(db, campaign, review_seconds)
    lived = get_setting(db, "lived")
    return {
        "seed": read_seed(db),
        "scenario": read_scenario(db),
        "lived_until": write_hour(int(lived)) if lived else None,
        "adgroups": groups,
    }


def _tell_campaign(db: Database, campaign: Entity, review_seconds: float) -> list[dict[str, Any]]:
    row = db.execute("SELECT state FROM life WHERE campaign_id = ?", (campaign.id,)).fetchone()
    account = find_account(db, campaign.advertiser_id)
    if row is None or account is None:
        return []
    state = CampaignState.read(load_json(row["state"]))
    children = list_children(db, Level.ADGROUP, "campaign_id", [campaign.id])
    picture = picture_campaign(campaign, children, account, review_seconds)
    run = Run(picture, state, read_seed(db), find_group_causes(db, picture), read_scenario(db))
    hour = int(get_setting(db, "lived") or 0)
    events: dict[str, list[dict[str, str]]] = {}
    for event in db.execute(
        "SELECT * FROM learned WHERE adgroup_id IN (SELECT id FROM entity WHERE campaign_id = ?) ORDER BY seq",
        (campaign.id,),
    ):
        events.setdefault(event["adgroup_id"], []).append(
            {"at": write_hour(event["hour"]), "kind": event["kind"], "cause": event["cause"]}
        )
    return [
        _tell_group(db, run, key, group, events.get(key, []), hour) for key, group in state.groups.items()
    ]


def _tell_group(
    db: Database, run: Run, key: str, group: GroupState, events: list[dict[str, str]], hour: int
) -> dict[str, Any]:
    rule, learning = run.find_rule(key), group.learning
    causes = run.list_causes(key)
    patience = combine(causes, hour).effect.patience
    sold = db.execute(
        "SELECT coalesce(sum(heard), 0) AS heard, coalesce(sum(lost), 0) AS lost FROM result WHERE adgroup_id = ?"
        " AND at < ?",
        (key, hour),
    ).fetchone()
    return {
        "adgroup_id": key,
        "campaign_id": run.campaign.id,
        "learning": {
            "state": learning.phase,
            "stuck": learning.stuck,
            "since": write_hour(learning.since),
            "results": learning.results,
            "resets": learning.resets,
            "events": events,
            "rule": {
                "name": rule.name,
                "results": rule.results * patience,
                "days": rule.days,
                "bid_step": rule.bid_step,
                "budget_step": rule.budget_step,
                "creative_share": rule.creative_share,
                "pause_hours": rule.pause_hours,
                "targeting": rule.targeting,
            },
        },
        "first_delivery": write_hour(group.begun),
        "causes": [
            {
                "name": cause.name,
                "from": write_hour(cause.hour),
                "until": write_hour(cause.until) if cause.until else None,
                "strength": cause.strength,
                "active": cause.tell_part(hour) > 0,
            }
            for cause in causes
        ],
        "spent": group.purse.spent / 10**run.campaign.coin.decimals,
        "results": {"heard": sold["heard"], "lost": sold["lost"]},
    }
