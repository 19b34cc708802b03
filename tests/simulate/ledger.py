"""What people wanted, in their own words and order: the measure of the judge. Asks nothing of the product's judgement.

A node is one object that somebody wants. Our ids come from the rows, by parent and position, since nobody tells them
before a worker may have made the object; that is all the rows are asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from campaigns.contract.levels import Level

CREATIVES = "creative_list"
TABLES = {Level.CAMPAIGN: "campaigns_campaign", Level.ADGROUP: "campaigns_adgroup", Level.AD: "campaigns_ad"}
_CHILDREN = {
    Level.ADGROUP: "SELECT id, name, remote_id FROM campaigns_adgroup WHERE campaign_id = %s ORDER BY position, id",
    Level.AD: "SELECT id, name, remote_id FROM campaigns_ad WHERE adgroup_id = %s ORDER BY position, id",
}


@dataclass(eq=False, slots=True)
class Batch:
    """What goes to TikTok together: a launch, or one growth. `fate`: "" as wanted, "off" or "removed" once cancelled."""

    fate: str = ""
    grows: bool = False


@dataclass(eq=False, slots=True)
class Said:
    """One value of a member: wanted `since` until the next one; `until` stays open for the last."""

    value: Any
    since: float
    until: float = float("inf")
    by_hand: bool = False  # at TikTok, not with us


@dataclass(eq=False)
class Node:
    level: Level
    wanted: dict[str, Any]
    batch: Batch
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)
    said: dict[str, list[Said]] = field(default_factory=dict)
    key: int | None = None  # our id
    order: dict[str, int] = field(default_factory=dict)  # which write a member's value stands by
    switched: bool = False  # somebody turned its switch, with us or at TikTok
    turned_by_hand: bool = False  # at TikTok
    risky: set[str] = field(default_factory=set)  # members that a call from after the bound may have set

    @property
    def name(self) -> str:
        return str(self.wanted[self.level.name_member])

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def list_said(self, member: str) -> list[Said]:
        known = self.said.get(member)
        if known is None:
            known = self.said[member] = [Said(self.wanted.get(member), float("-inf"))]
        return known

    def list_names(self) -> set[str]:
        return {str(item.value) for item in self.list_said(self.level.name_member)}


class Ledger:
    def __init__(self) -> None:
        self.roots: list[Node] = []
        self._keys: dict[tuple[Level, int], Node] = {}
        # what somebody decided to adopt, or (None) to remove, by TikTok's id: its row is nobody else's
        self.decided: dict[str, Node | None] = {}

    def expect(self, tree: Mapping[str, Any], key: int | None = None) -> Node:
        """A campaign with all below it, launched as one. `key`: our id of the campaign."""
        root = self._add(None, Level.CAMPAIGN, tree, Batch())
        self.roots.append(root)
        if key is not None:
            self.know(root, key)
        return root

    def grow(self, parent: Node, children: Sequence[Mapping[str, Any]]) -> Batch:
        """Told before the service is asked: a worker may be faster than its answer."""
        batch = Batch(grows=True)
        assert parent.level.child is not None
        for raw in children:
            self._add(parent, parent.level.child, raw, batch)
        return batch

    def forget(self, parent: Node, batch: Batch) -> None:
        """The growth was refused, or never left the house."""
        parent.children = [child for child in parent.children if child.batch is not batch]

    def adopt(self, parent: Node, level: Level, remote_id: str, held: Mapping[str, Any]) -> Node:
        """Somebody wants as ours, as it is, what stands at TikTok below a node. Told before the service is asked."""
        node = self._add(parent, level, held, Batch())
        node.switched = True  # on or off as it was
        self.decided[remote_id] = node
        return node

    def unadopt(self, node: Node, remote_id: str) -> None:
        """The service did not take it."""
        del self.decided[remote_id]
        assert node.parent is not None
        node.parent.children.remove(node)

    def _add(self, parent: Node | None, level: Level, raw: Mapping[str, Any], batch: Batch) -> Node:
        wanted = {name: show(name, value) for name, value in raw.items() if name not in ("adgroups", "ads")}
        node = Node(level, wanted, batch, parent)
        if parent is not None:
            parent.children.append(node)
        if level.child is not None:
            for inner in raw.get(str(level.children_key)) or ():
                self._add(node, level.child, inner, batch)
        return node

    # Which row is whose ----------------------------------------------------------------------------

    def know(self, node: Node, key: int) -> None:
        node.key = key
        self._keys[node.level, key] = node

    def find(self, level: Level, key: int) -> Node | None:
        """The node of a row, by our id; None for rows that nobody launched."""
        if (level, key) not in self._keys:
            self._match_rows()
        return self._keys.get((level, key))

    def _match_rows(self) -> None:
        """Rows below a known one are its nodes in their order; those of a growth that never left are gone again."""
        for root in self.roots:
            if root.key is not None:
                self._match_below(root)

    def _match_below(self, parent: Node) -> None:
        if parent.level.child is None:
            return
        level = parent.level.child
        known = {child.key for child in parent.children}
        fresh = [
            child for child in parent.children if child.key is None and child not in self.decided.values()
        ]
        for key, name, remote_id in _ask(_CHILDREN[level], [parent.key]):
            if remote_id in self.decided:
                node = self.decided[remote_id]
                if node is not None and node.key is None:
                    self.know(node, key)
                continue
            # by name first: what was cancelled before it left has no row any more
            child = next((child for child in fresh if name in child.list_names()), next(iter(fresh), None))
            if key not in known and child is not None:
                fresh.remove(child)
                self.know(child, key)
        for child in parent.children:
            if child.key is not None:
                self._match_below(child)

    def list_claimed(self) -> dict[str, Node]:
        """The nodes of rows that hold an object of TikTok's, by its id."""
        claimed: dict[str, Node] = {}
        for level, table in TABLES.items():
            held = connection.connection.execute(
                f"SELECT id, remote_id FROM {table} WHERE remote_id IS NOT NULL"
            )
            for key, remote_id in held:
                node = self.find(level, key)
                if node is not None:
                    claimed[remote_id] = node
        return claimed

    # What is said ----------------------------------------------------------------------------------

    def say(self, node: Node, member: str, value: Any, now: float, *, by_hand: bool = False) -> Said:
        """Somebody asks for a value; it counts as wanted at once, for it may leave before the service has answered."""
        said = Said(show(member, value), now, by_hand=by_hand)
        node.list_said(member).append(said)
        return said

    def unsay(self, node: Node, member: str, said: Said) -> None:
        """The service did not take it."""
        node.list_said(member).remove(said)

    def settle(self, node: Node, member: str, said: Said, *, now: float, order: int) -> None:
        """The service took it; of two at once the one that was written last stands."""
        if order < node.order.get(member, -1):
            said.until = min(said.until, now)
            return
        for other in node.list_said(member):
            if other is not said and not other.by_hand and other.since <= said.since:
                other.until = min(other.until, now)
        node.order[member] = order
        node.wanted[member] = said.value


def show(member: str, value: Any) -> Any:
    """What is compared of a value: of creatives the videos, for TikTok gives them ids and pictures of its own."""
    if member != CREATIVES:
        return value
    return [{"creative_info": {"video_info": item["creative_info"]["video_info"]}} for item in value]


def _ask(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
