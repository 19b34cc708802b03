"""What must never be true at the sandbox, looked at after every write, and what must be true once a round has settled.

Reads the sandbox's own rows and the trees as they were launched; asks nothing of the product's way of comparing.

- Duplicate: more living objects of one name under one parent than are wanted there.
- Half-tree: a campaign that is on while its tree lacks something, differs from its plan, or has something on that nobody
  wanted.
- Orphan: a living object that no row of ours holds.

A create that the road carries out after the visibility bound may leave a twin (design section 4): it is counted apart, and
it must be off.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from campaigns.contract.levels import Level
from campaigns.models import Ad, AdGroup, Campaign, Launch, Push, Thing
from smartplus_admin.sandbox.app import Sandbox
from smartplus_admin.sandbox.entities import Entity, select_entities
from tests.simulate.network import Flight

Key = tuple[str, str, str]  # level, TikTok's id of the parent, name


class Violation(AssertionError):
    """The promise is broken."""


@dataclass
class Judge:
    """Looks at one account. `trees` are what was launched, by the campaign's name."""

    app: Sandbox
    advertiser_id: str
    trees: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    copies: Counter[str] = field(default_factory=Counter)  # how many launches carry a name
    late: Counter[Key] = field(default_factory=Counter)
    stopped: set[str] = field(default_factory=set)  # names that a person took off at some time

    def expect(self, tree: Mapping[str, Any]) -> None:
        self.trees[tree["campaign_name"]] = tree
        self.copies[tree["campaign_name"]] += 1

    def watch(self, flight: Flight) -> None:
        """After something was carried out."""
        if flight.path.endswith("/create/") and flight.is_late:
            level = Level(flight.path.split("/")[1])
            parent = str(flight.body.get(level.parent.id_member, "")) if level.parent else ""
            self.late[level.value, parent, str(flight.body.get(level.name_member))] += 1
        living = self.read_living()
        self._find_duplicates(living)
        for row in living:
            if row.level is Level.CAMPAIGN and row.operation_status == "ENABLE":
                self._compare(row, living)

    def read_living(self) -> list[Entity]:
        with self.app.store.read() as db:
            return select_entities(db, "advertiser_id = ? AND deleted_with = ''", [self.advertiser_id])

    def judge_settled(self) -> None:
        """Everything came to its end: what is on and off is what is wanted, and every object has its row."""
        living = self.read_living()
        remote = {(row.level, row.id): row for row in living}
        for launch in Launch.objects.select_related("campaign").all():
            self._judge_launch(launch, remote)
        strangers = Counter(_key(row) for (_, _), row in remote.items())
        for model in (Campaign, AdGroup, Ad):
            for thing in model._default_manager.exclude(remote_id=None):
                strangers[_key(remote[thing.level, str(thing.remote_id)])] -= 1
        for key, count in strangers.items():
            if count > self.late[key]:
                raise Violation(f"orphan: {count} of {key} without a row")

    def _judge_launch(self, launch: Launch, remote: Mapping[tuple[Level, str], Entity]) -> None:
        campaign = launch.campaign
        if launch.finished_at is None:
            raise Violation(f"launch of {campaign.name} is not finished")
        things: list[Thing] = [campaign]
        for group in campaign.adgroups.all():
            things += [group, *group.ads.all()]
        for thing in things:
            row = remote.get((thing.level, str(thing.remote_id)))
            if row is None:
                raise Violation(f"{thing.level} {thing.label} is done and not at TikTok")
            if row.operation_status != thing.wanted_switch:
                raise Violation(
                    f"{thing.level} {thing.label} is {row.operation_status}, wanted {thing.wanted_switch}"
                )
            if thing.operation_status != row.operation_status:
                raise Violation(
                    f"we say {thing.operation_status} of {thing.level} {thing.label}: {row.operation_status}"
                )
        if Push.objects.filter(launch=launch).exclude(state=Push.State.DONE).exists():
            raise Violation(f"launch of {campaign.name} is finished with open rows")

    def _find_duplicates(self, living: list[Entity]) -> None:
        for key, count in Counter(_key(row) for row in living).items():
            if count > self._count_wanted(key, living) + self.late[key]:
                raise Violation(f"duplicate: {count} of {key}")

    def _count_wanted(self, key: Key, living: list[Entity]) -> int:
        level, parent, name = key
        if level == Level.CAMPAIGN:
            return self.copies[name]
        above = next(row for row in living if row.id == parent)
        root = next(row for row in living if row.level is Level.CAMPAIGN and row.id == above.campaign_id)
        groups = self.trees[root.name]["adgroups"]
        if level == Level.ADGROUP:
            return sum(group["adgroup_name"] == name for group in groups)
        [same, *_] = [group for group in groups if group["adgroup_name"] == above.name]
        return sum(ad["ad_name"] == name for ad in same["ads"])

    def _compare(self, root: Entity, living: list[Entity]) -> None:
        tree = self.trees[root.name]
        groups = [row for row in living if row.level is Level.ADGROUP and row.campaign_id == root.id]
        self._compare_children(Level.ADGROUP, root, tree["adgroups"], groups)
        by_name = {group["adgroup_name"]: group for group in tree["adgroups"]}
        for group in groups:
            ads = [row for row in living if row.level is Level.AD and row.adgroup_id == group.id]
            if group.operation_status == "ENABLE" or ads:
                self._compare_children(Level.AD, group, by_name[group.name]["ads"], ads)

    def _compare_children(
        self, level: Level, parent: Entity, wanted: list[Mapping[str, Any]], rows: list[Entity]
    ) -> None:
        on = Counter(row.name for row in rows if row.operation_status == "ENABLE")
        for name, count in Counter(str(item[level.name_member]) for item in wanted).items():
            held = [row for row in rows if row.name == name]
            if len(held) < count:
                raise Violation(f"half-tree: {level} {name} below {parent.name} is missing")
            if on[name] > count or (on[name] < count and name not in self.stopped):
                raise Violation(f"half-tree: {on[name]} of {count} {level} {name} are on")
            [typed, *_] = [item for item in wanted if item[level.name_member] == name]
            for row in held:
                _compare_body(row, typed)
        unknown = set(on) - {str(item[level.name_member]) for item in wanted}
        if unknown:
            raise Violation(f"half-tree: {level} {sorted(unknown)[0]} is on and nobody wants it")


def _key(row: Entity) -> Key:
    return row.level.value, row.parent_id, row.name


def _compare_body(row: Entity, typed: Mapping[str, Any]) -> None:
    """Plain values only: what a spelling of the guides or a default became is not this judge's business."""
    for name, value in typed.items():
        if (
            isinstance(value, bool | int | float)
            and name in row.body
            and float(row.body[name]) != float(value)
        ):
            raise Violation(
                f"half-tree: {row.level} {row.name} holds {name} {row.body[name]}, wanted {value}"
            )
