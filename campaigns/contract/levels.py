"""The three levels of the object tree and what TikTok calls their parts (P1-P3). Knows no members and no limits."""

from enum import StrEnum


class Level(StrEnum):
    """One floor of the tree campaign → ad group → ad. The value is the path segment of TikTok's endpoints."""

    CAMPAIGN = "campaign"
    ADGROUP = "adgroup"
    AD = "ad"

    @property
    def id_member(self) -> str:
        """The member that holds an object's own id in answers (P3)."""
        return "smart_plus_ad_id" if self is Level.AD else f"{self.value}_id"

    @property
    def ids_member(self) -> str:
        """The member that holds the ids in status calls and in the filter of get (docs)."""
        return f"{self.id_member}s"

    @property
    def name_member(self) -> str:
        return f"{self.value}_name"

    @property
    def parent(self) -> "Level | None":
        order = tuple(Level)
        index = order.index(self)
        return order[index - 1] if index else None

    @property
    def child(self) -> "Level | None":
        order = tuple(Level)
        index = order.index(self) + 1
        return order[index] if index < len(order) else None

    @property
    def children_key(self) -> str | None:
        """The key under which a tree lists the next level, in our REST shapes and paths."""
        return f"{self.child.value}s" if self.child else None

    @property
    def label(self) -> str:
        """The level's name as people say it."""
        return {Level.CAMPAIGN: "Campaign", Level.ADGROUP: "Ad group", Level.AD: "Ad"}[self]
