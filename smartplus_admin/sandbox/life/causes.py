"""Causes of trouble that were set on an ad group, a campaign or an account. What was is never undone: a cure begins now."""

from smartplus_admin.sandbox.life.picture import CampaignPicture
from smartplus_admin.sandbox.life.scenarios import Cause, read_causes
from smartplus_admin.sandbox.store import Database


def add_cause(db: Database, scope_id: str, cause: Cause) -> None:
    """Raises ValueError for a cause that does not exist or a strength that is not above 0."""
    if cause.name not in read_causes():
        raise ValueError(f"cause: one of {', '.join(sorted(read_causes()))}")
    if cause.strength <= 0:
        raise ValueError("strength: above 0")
    db.execute(
        "INSERT INTO cause (scope_id, name, hour, until, strength) VALUES (?, ?, ?, ?, ?)",
        (scope_id, cause.name, cause.hour, cause.until, cause.strength),
    )


def cure_causes(db: Database, scope_id: str, hour: int) -> int:
    """Ends what is at work on it; tells how many that were."""
    return db.execute(
        "UPDATE cause SET until = ? WHERE scope_id = ? AND until IS NULL", (hour, scope_id)
    ).rowcount


def list_causes(db: Database) -> list[tuple[str, Cause]]:
    """What it was set on, and the cause, oldest first."""
    return [
        (row["scope_id"], Cause(row["name"], row["hour"], row["strength"], row["until"]))
        for row in db.execute("SELECT * FROM cause ORDER BY seq")
    ]


def find_group_causes(db: Database, campaign: CampaignPicture) -> dict[str, tuple[Cause, ...]]:
    """By ad group: its own, its campaign's, its account's."""
    known = list_causes(db)
    scopes = (campaign.id, campaign.advertiser_id)
    found = {
        group.id: tuple(cause for scope_id, cause in known if scope_id in (group.id, *scopes))
        for group in campaign.groups
    }
    return {key: causes for key, causes in found.items() if causes}
