"""Campaigns, ad groups and ads as rows: what was written to them and what happened to them, nothing derived.

`body` holds the members that were written, in TikTok's own form; `facts` what happened since: review, spend, exhausted
budgets. Statuses, defaults and totals are worked out when read (derive, render).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.past import keep_past
from smartplus_admin.sandbox.store import Database, draw_number, dump_json, load_json

# Where ids start: the first two are printed in the backend guide's examples (shared/tiktok/examples), the others follow suit
FIRST_IDS = {
    Level.CAMPAIGN: 1_800_000_000_000_001,
    Level.ADGROUP: 1_900_000_000_000_001,
    Level.AD: 2_000_000_000_000_001,
}
FIRST_MATERIAL_ID = 2_100_000_000_000_001


@dataclass(slots=True)
class Entity:
    level: Level
    id: str
    advertiser_id: str
    campaign_id: str
    name: str
    created_at: float
    body: dict[str, Any]
    adgroup_id: str = ""
    operation_status: str = "ENABLE"
    deleted_with: str = ""  # the level whose deletion took it along; "" while it lives
    modified_at: float = 0.0
    written_at: float = 0.0  # the last write through the API, for the gate of ads (R85)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def parent_id(self) -> str:
        return {Level.CAMPAIGN: "", Level.ADGROUP: self.campaign_id, Level.AD: self.adgroup_id}[self.level]

    @property
    def deleted(self) -> bool:
        return bool(self.deleted_with)


def add_entity(db: Database, entity: Entity) -> Entity:
    """Gives the object its id, and a campaign or ad group its own place in the tree."""
    entity.id = str(draw_number(db, entity.level.value, FIRST_IDS[entity.level]))
    if entity.level is Level.CAMPAIGN:
        entity.campaign_id = entity.id
    if entity.level is Level.ADGROUP:
        entity.adgroup_id = entity.id
    entity.modified_at = entity.written_at = entity.created_at
    db.execute(
        "INSERT INTO entity (level, id, advertiser_id, campaign_id, adgroup_id, name, operation_status, created_at,"
        " modified_at, written_at, body, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entity.level.value,
            entity.id,
            entity.advertiser_id,
            entity.campaign_id,
            entity.adgroup_id,
            entity.name,
            entity.operation_status,
            entity.created_at,
            entity.modified_at,
            entity.written_at,
            dump_json(entity.body),
            dump_json(entity.facts),
        ),
    )
    return entity


def ripen_budget(adgroup: Entity, now: float) -> None:
    """A scheduled budget whose midnight has passed is the budget now (R19). Under CBO it is the daily maximum."""
    scheduled = adgroup.facts.get("scheduled")
    if scheduled and now >= scheduled["at"]:
        adgroup.facts = {name: value for name, value in adgroup.facts.items() if name != "scheduled"}
        adgroup.body = {**adgroup.body, scheduled["member"]: scheduled["budget"]}


def save_entity(db: Database, entity: Entity) -> None:
    keep_past(db, "id = ?", (entity.id,))
    db.execute(
        "UPDATE entity SET name = ?, operation_status = ?, deleted_with = ?, modified_at = ?, written_at = ?, body = ?,"
        " facts = ? WHERE id = ?",
        (
            entity.name,
            entity.operation_status,
            entity.deleted_with,
            entity.modified_at,
            entity.written_at,
            dump_json(entity.body),
            dump_json(entity.facts),
            entity.id,
        ),
    )


def delete_entity(db: Database, entity: Entity, now: float) -> None:
    """Final; takes along what lives below it (R88)."""
    entity.deleted_with = entity.level.value
    entity.modified_at = now
    save_entity(db, entity)
    if entity.level is not Level.AD:
        below = f"{entity.level.id_member} = ? AND id <> ? AND deleted_with = ''"
        keep_past(db, below, (entity.id, entity.id))
        db.execute(
            f"UPDATE entity SET deleted_with = ? WHERE {below}", (entity.level.value, entity.id, entity.id)
        )


def find_entity(db: Database, level: Level, key: str, advertiser_id: str) -> Entity | None:
    """Deleted objects included."""
    found = find_entities(db, level, [key])
    return found[0] if found and found[0].advertiser_id == advertiser_id else None


def find_entities(db: Database, level: Level, keys: Iterable[str]) -> list[Entity]:
    wanted = dump_json(list(keys))
    rows = db.execute(
        "SELECT * FROM entity WHERE level = ? AND id IN (SELECT value FROM json_each(?))",
        (level.value, wanted),
    )
    return [_read(row) for row in rows]


def list_children(db: Database, level: Level, member: str, keys: Sequence[str]) -> list[Entity]:
    """Undeleted objects of a level below the named parents; `member` is campaign_id or adgroup_id."""
    assert member in ("campaign_id", "adgroup_id")
    rows = db.execute(
        f"SELECT * FROM entity WHERE level = ? AND deleted_with = '' AND {member} IN (SELECT value FROM json_each(?))"
        " ORDER BY seq",
        (level.value, dump_json(list(keys))),
    )
    return [_read(row) for row in rows]


def find_unlike(db: Database, ad: Entity) -> str:
    """An undeleted ad of the same campaign whose `spark` fact differs; "" if there is none."""
    row = db.execute(
        "SELECT id FROM entity WHERE campaign_id = ? AND level = 'ad' AND deleted_with = '' AND id <> ?"
        " AND json_extract(facts, '$.spark') <> ? LIMIT 1",
        (ad.campaign_id, ad.id, int(ad.facts["spark"])),
    ).fetchone()
    return "" if row is None else str(row["id"])


def find_material_owner(db: Database, advertiser_id: str, material_id: str) -> str | None:
    """The undeleted ad that holds a creative."""
    row = db.execute(
        "SELECT entity.id FROM entity, json_each(entity.body, '$.creative_list') AS item WHERE level = 'ad'"
        " AND advertiser_id = ? AND deleted_with = '' AND json_extract(item.value, '$.ad_material_id') = ?",
        (advertiser_id, material_id),
    ).fetchone()
    return None if row is None else str(row["id"])


def select_entities(
    db: Database, where: str, values: Sequence[Any], *, limit: int = -1, offset: int = 0
) -> list[Entity]:
    """Newest first (R89). `where` is written by this package, never by a caller of the API."""
    rows = db.execute(
        f"SELECT * FROM entity WHERE {where} ORDER BY seq DESC LIMIT ? OFFSET ?", (*values, limit, offset)
    )
    return [_read(row) for row in rows]


def count_entities(db: Database, where: str, values: Sequence[Any]) -> int:
    return int(db.execute(f"SELECT count(*) FROM entity WHERE {where}", tuple(values)).fetchone()[0])


def _read(row: Any) -> Entity:
    return Entity(
        level=Level(row["level"]),
        id=row["id"],
        advertiser_id=row["advertiser_id"],
        campaign_id=row["campaign_id"],
        adgroup_id=row["adgroup_id"],
        name=row["name"],
        operation_status=row["operation_status"],
        deleted_with=row["deleted_with"],
        created_at=row["created_at"],
        modified_at=row["modified_at"],
        written_at=row["written_at"],
        body=load_json(row["body"]),
        facts=load_json(row["facts"]),
    )
