"""What must never be true at the sandbox, looked at after every write, and what must be true once a round has settled.

Reads the sandbox's own rows and what people wanted (ledger.py); asks nothing of the product's way of comparing.

- Duplicate: more living objects under one parent than are wanted there.
- Half-tree: a campaign that is on while its tree lacks something, differs from its plan, or has something on that nobody
  wanted. What is added to a live campaign counts as a tree of its own: nothing of it is on before all of it is there.
- Orphan: a living object that no row of ours holds.
- Undone: an edit that leaves longer than a lease after somebody wanted it otherwise.
- False drift: a reading after which somebody else is told to have changed what nobody did.
- Lost: an edit that was taken and is not what we want in the end; or that TikTok does not hold, and nobody is told.

A call that the road carries out after the visibility bound may leave a twin, or an older value (design section 4): those
are counted apart. A twin must be off, and an older value must be told as drift.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from campaigns.contract.levels import Level
from campaigns.models import Ad, AdGroup, Campaign, Launch, Push, Thing
from campaigns.models.trees import within_tree
from campaigns.rules.policy import house_policy
from campaigns.sync.drift import STRANGER, find_drift
from smartplus_admin.sandbox.app import Sandbox
from smartplus_admin.sandbox.entities import Entity, select_entities
from tests.simulate.ledger import CREATIVES, Ledger, Node
from tests.simulate.network import Flight

Key = tuple[str, str, str]  # level, TikTok's id of the parent, name
ON, OFF, GONE = "ENABLE", "DISABLE", "DELETE"
SWITCH = "operation_status"


class Violation(AssertionError):
    """The promise is broken."""


@dataclass
class Judge:
    """Looks at one account."""

    app: Sandbox
    advertiser_id: str
    ledger: Ledger = field(default_factory=Ledger)
    late: Counter[Key] = field(default_factory=Counter)
    switched: dict[str, float] = field(
        default_factory=dict
    )  # when the last switch that came was marked, by TikTok's id

    def __post_init__(self) -> None:
        self.lease = house_policy().seconds("push.lease").total_seconds()

    def watch(self, flight: Flight) -> None:
        """After something was carried out."""
        if flight.path.endswith("/create/") and flight.is_late:
            level = Level(flight.path.split("/")[1])
            parent = str(flight.body.get(level.parent.id_member, "")) if level.parent else ""
            self.late[level.value, parent, str(flight.body.get(level.name_member))] += 1
        living = self.read_living()
        claimed = self.ledger.list_claimed()
        if flight.path.endswith("/status/update/"):
            for remote_id in map(str, flight.body.get(Level(flight.path.split("/")[1]).ids_member) or ()):
                # a stop that comes after the start that followed it is told: another start might undo somebody's stop
                overtaken = flight.marked_at < self.switched.get(remote_id, 0)
                self.switched[remote_id] = max(flight.marked_at, self.switched.get(remote_id, 0))
                if (flight.is_late or overtaken) and remote_id in claimed:
                    claimed[remote_id].risky.add(SWITCH)
        elif flight.path.endswith("/update/"):
            self._judge_update(flight, claimed)
        owners = self._find_duplicates(living, claimed)
        for row in living:
            if row.level is Level.CAMPAIGN and row.id in owners:
                self._judge_tree(row, living, owners)

    def read_living(self) -> list[Entity]:
        with self.app.store.read() as db:
            return select_entities(db, "advertiser_id = ? AND deleted_with = ''", [self.advertiser_id])

    # After every write -------------------------------------------------------------------------------

    def _find_duplicates(self, living: list[Entity], claimed: Mapping[str, Node]) -> dict[str, Node]:
        """Whose each living object is. Those that nobody's row holds yet are given by name, as far as any is free."""
        owners = {row.id: claimed[row.id] for row in living if row.id in claimed}
        for level in Level:
            groups: dict[str, list[Entity]] = {}
            for row in living:
                if row.level is level:
                    groups.setdefault(row.parent_id, []).append(row)
            for parent, rows in groups.items():
                self._give(level, parent, rows, owners)
        return owners

    def _give(self, level: Level, parent: str, rows: list[Entity], owners: dict[str, Node]) -> None:
        if level is Level.CAMPAIGN:
            wanted = self.ledger.roots
        elif parent in owners:
            wanted = owners[parent].children
        else:
            raise Violation(f"orphan: {level} {rows[0].name} below {parent}, which nobody wants")
        taken = {owners[row.id] for row in rows if row.id in owners}
        free = [node for node in wanted if node not in taken]
        strange = [row for row in rows if row.id not in owners]
        given = _match(strange, free)
        owners |= given
        left = Counter(_key(row) for row in strange if row.id not in given)
        for key, count in left.items():
            if count > self.late[key]:
                raise Violation(f"duplicate: {count} of {key} beyond what is wanted")

    def _judge_tree(self, root: Entity, living: list[Entity], owners: Mapping[str, Node]) -> None:
        node = owners[root.id]
        rows = {owners[row.id]: row for row in living if row.id in owners}
        tree = list(node.walk())
        for batch in {item.batch: None for item in tree}:
            members = [item for item in tree if item.batch is batch]
            if batch.fate:
                continue
            own = [item for item in members if not item.switched]
            if batch.grows:
                is_on = any(item in rows and rows[item].operation_status == ON for item in own)
            else:
                is_on = root.operation_status == ON
            if is_on:
                self._judge_batch(members, rows, grows=batch.grows)
        if root.operation_status == ON:
            for row in living:
                if row.campaign_id == root.id and row.id not in owners and row.operation_status == ON:
                    raise Violation(f"half-tree: {row.level} {row.name} is on and nobody wants it")

    def _judge_batch(self, members: list[Node], rows: Mapping[Node, Entity], *, grows: bool) -> None:
        for node in members:
            row = rows.get(node)
            if row is None:
                raise Violation(f"half-tree: {node.level} {node.name} is missing")
            if not grows and row.operation_status != ON and not node.switched:
                raise Violation(f"half-tree: {node.level} {node.name} is off")
            for member, value in node.wanted.items():
                held = _read(row, member)
                said = [item.value for item in node.said.get(member, ())] or [value]
                plain = isinstance(value, bool | int | float) or member in node.said
                if (
                    plain
                    and held is not None
                    and member not in node.risky
                    and not any(
                        item is None or _covers(item, held)
                        for item in said  # None: nobody typed it
                    )
                ):
                    raise Violation(
                        f"half-tree: {node.level} {node.name} holds {member} {held}, wanted {value}"
                    )

    def _judge_update(self, flight: Flight, claimed: Mapping[str, Node]) -> None:
        """No value leaves long after it was undone; what comes after the bound puts its members at risk."""
        for node, members in _read_updates(flight, claimed):
            if flight.is_late:
                node.risky |= members.keys()
            for member, value in members.items():
                if (
                    member not in node.said or member == CREATIVES
                ):  # those go by the ids that TikTok gave them
                    continue
                since = flight.marked_at - self.lease
                fits = [
                    item.until >= since and not item.by_hand and _covers(item.value, value)
                    for item in node.list_said(member)
                ]
                if not any(fits):
                    raise Violation(
                        f"undone: {node.level} {node.name} is sent {member} {value}, long after it was wanted"
                    )

    def judge_told(self) -> None:
        """After a reading: nothing of ours is told as somebody else's doing."""
        for root in self.ledger.roots:
            if root.key is None:
                continue
            with transaction.atomic():  # all of it as it stands at one moment
                campaign = Campaign.objects.prefetch_related("adgroups__ads").get(pk=root.key)
                told = find_drift(campaign)
            for item in told:
                node = self._find_named(root, item.target)
                is_twin = item.member == STRANGER and bool(self.late)
                if node is not None and not is_twin and not _is_foreign(node, item.member.split("/")[0]):
                    raise Violation(
                        f"false drift: {item.label} is told to differ in {item}, and nobody did it"
                    )

    def _find_named(self, root: Node, target: str) -> Node | None:
        """The node that a journal's name means."""
        if target == "campaign":
            return root
        level, key = target.split("/")
        return self.ledger.find(Level.ADGROUP if level == "adgroups" else Level.AD, int(key))

    # In the end --------------------------------------------------------------------------------------

    def judge_settled(self) -> None:
        """Everything came to its end: what TikTok holds is what is wanted, or it is told; every object has its row."""
        living = self.read_living()
        remote = {row.id: row for row in living}
        self._find_duplicates(living, self.ledger.list_claimed())
        for launch in Launch.objects.select_related("campaign").all():
            if launch.finished_at is None:
                raise Violation(f"launch of {launch.campaign.name} is not finished")
            if Push.objects.filter(launch=launch).exclude(state=Push.State.DONE).exists():
                raise Violation(f"launch of {launch.campaign.name} is finished with open rows")
        self._find_orphans(living)
        for root in self.ledger.roots:
            campaign = Campaign.objects.prefetch_related("adgroups__ads").get(pk=root.key or 0)
            told = {(item.target, item.member) for item in find_drift(campaign)}
            asking = _list_asking(campaign.pk)
            things: list[Thing] = [campaign]
            for group in campaign.adgroups.all():
                things += [group, *group.ads.all()]
            for thing in things:
                node = self.ledger.find(thing.level, thing.pk)
                own = str(thing.remote_id)
                if node is None and own in self.ledger.decided and own not in remote:
                    continue  # somebody had it removed, and it is
                if node is None:
                    raise Violation(f"{thing.level} {thing.label} is a row that nobody wanted")
                asks = (thing.level, thing.pk) in asking
                self._judge_thing(thing, node, remote.get(str(thing.remote_id)), told, asks=asks)

    def _find_orphans(self, living: list[Entity]) -> None:
        strangers = Counter(_key(row) for row in living)
        remote = {row.id: row for row in living}
        for model in (Campaign, AdGroup, Ad):
            for remote_id in model._default_manager.exclude(remote_id=None).values_list(
                "remote_id", flat=True
            ):
                if remote_id in remote:
                    strangers[_key(remote[remote_id])] -= 1
        for key, count in strangers.items():
            if count > self.late[key]:
                raise Violation(f"orphan: {count} of {key} without a row")
        held = self.ledger.list_claimed()
        for row in living:
            if row.id not in held and row.operation_status == ON:
                raise Violation(f"twin: {row.level} {row.name} came after the bound and is on")

    def _judge_thing(
        self, thing: Thing, node: Node, row: Entity | None, told: set[tuple[str, str]], *, asks: bool
    ) -> None:
        """`asks`: an edit of it was refused, or waits for a person."""
        target = "campaign" if isinstance(thing, Campaign) else f"{thing.level}s/{thing.pk}"
        if node.batch.fate == "removed":
            if row is not None:
                raise Violation(f"{thing.level} {thing.label} was cancelled and is still at TikTok")
            return
        if node.batch.fate == "off" and row is None:
            return  # its create had not left
        if row is None:
            raise Violation(f"{thing.level} {thing.label} is done and not at TikTok")
        if row.operation_status != thing.operation_status:
            raise Violation(
                f"we say {thing.operation_status} of {thing.level} {thing.label}: {row.operation_status}"
            )
        excused = (target, SWITCH) in told and _is_foreign(node, SWITCH)
        if row.operation_status != thing.wanted_switch and not excused:
            raise Violation(
                f"{thing.level} {thing.label} is {row.operation_status}, wanted {thing.wanted_switch}"
            )
        if node.batch.fate == "off" and row.operation_status != OFF and not node.switched and not excused:
            raise Violation(f"{thing.level} {thing.label} was cancelled and is on")
        here = {member for where, member in told if where == target}
        self._judge_members(thing, node, row, here, asks=asks)

    def _judge_members(self, thing: Thing, node: Node, row: Entity, told: set[str], *, asks: bool) -> None:
        for member in node.said:
            if member == SWITCH:
                continue
            value = node.wanted.get(member)
            if not _covers(value, thing.wanted.get(member)):
                raise Violation(
                    f"lost: {thing.level} {thing.label} wants {member} {thing.wanted.get(member)}, told {value}"
                )
            held = _read(row, member)
            # drift is somebody else's doing: it excuses no call of ours that never left
            excused = member in told and _is_foreign(node, member)
            if not _covers(value, held) and not excused and not asks:
                raise Violation(
                    f"lost: {thing.level} {thing.label} holds {member} {held}, wanted {value}, and nobody is told"
                )


def _list_asking(campaign: int) -> set[tuple[Level, int]]:
    """The objects of a tree whose edit was refused, or waits for a person."""
    troubled = [Push.State.REFUSED, Push.State.NEEDS_PERSON]
    rows = within_tree(Push.objects.filter(aspect=Push.Aspect.BODY, state__in=troubled), campaign)
    asking = rows.values_list("campaign_id", "adgroup_id", "ad_id")
    return {(level, pk) for row in asking for level, pk in zip(Level, row, strict=True) if pk}


def _is_foreign(node: Node, member: str) -> bool:
    """Whether somebody else, or a call from after the bound, had a hand in a member."""
    if member in node.risky:
        return True
    return node.turned_by_hand if member == SWITCH else any(item.by_hand for item in node.list_said(member))


def _key(row: Entity) -> Key:
    return row.level.value, row.parent_id, row.name


def _read(row: Entity, member: str) -> Any:
    return row.name if member == row.level.name_member else row.body.get(member)


def _match(rows: list[Entity], nodes: Iterable[Node]) -> dict[str, Node]:
    """As many rows as possible with a node that bore their name; a row's first choice gives way where it must."""
    names = {node: node.list_names() for node in nodes}
    holder: dict[Node, Entity] = {}

    def place(row: Entity, tried: set[Node]) -> bool:
        for node, said in names.items():
            if row.name in said and node not in tried:
                tried.add(node)
                if node not in holder or place(holder[node], tried):
                    holder[node] = row
                    return True
        return False

    for row in rows:
        place(row, set())
    return {row.id: node for node, row in holder.items()}


def _read_updates(flight: Flight, claimed: Mapping[str, Node]) -> Iterable[tuple[Node, dict[str, Any]]]:
    """The nodes that an update is about, with the members that it sets."""
    level = Level(flight.path.split("/")[1])
    if flight.path.endswith("/budget/update/"):
        for item in flight.body.get("budget") or ():
            if str(item[level.id_member]) in claimed:
                yield claimed[str(item[level.id_member])], {"budget": item["budget"]}
    elif str(flight.body.get(level.id_member)) in claimed:
        yield claimed[str(flight.body[level.id_member])], flight.body


def _covers(wanted: Any, held: Any) -> bool:
    """Whether a value says all that is wanted of it. Amounts and lists compare by what they mean; TikTok may say more."""
    if isinstance(wanted, Mapping):
        return isinstance(held, Mapping) and all(
            _covers(value, held.get(name)) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        left = list(held) if isinstance(held, list) else []
        for value in wanted:
            match = next((item for item in left if _covers(value, item)), None)
            if match is None:
                return False
            left.remove(match)
        return not left
    return _plain(wanted) == _plain(held)


def _plain(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return str(value)
