"""What people do while launches are under way and after: buyers, a manager who agrees, and somebody at TikTok by hand.

Each act is one that a page or a client could ask of the services. What the rules or the state refuse is not done, and
counted as such. What is taken goes into the ledger, as it was typed.
"""

import copy
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import requests
from django.db.models import QuerySet

from campaigns.contract.levels import Level
from campaigns.contract.statuses import DISABLE, ENABLE
from campaigns.models import Ad, AdGroup, Campaign, Change, Launch, Person, Proposal, Stranger, Thing
from campaigns.services import deciding, drifting, growing, made_elsewhere, steering, switches
from campaigns.services.edits import Acknowledged, Edit
from campaigns.services.errors import ServiceError, Unconfirmed
from campaigns.services.proposing import change_or_propose
from campaigns.sync.drift import find_drift
from smartplus_admin.sandbox.app import Sandbox
from smartplus_admin.sandbox.inprocess import BASE_URL, open_session
from tests.simulate.ledger import CREATIVES, Batch, Ledger, Node
from tests.simulate.scheduler import Scheduler

LANGUAGES = ("en", "es", "fr", "de")
PRICE = "conversion_bid_price"
DOOR = Change.Door.PAGE
SOON, AGAIN = 200, 0.05  # looks, seconds apart: what is wanted leaves within ten, or somebody holds it up


class People:
    """`videos` are ids of the account's videos, to make creatives of."""

    def __init__(
        self,
        scheduler: Scheduler,
        ledger: Ledger,
        app: Sandbox,
        buyer: Person,
        manager: Person,
        videos: list[str],
        is_writing: Callable[[str], bool],
    ) -> None:
        self.scheduler, self.ledger = scheduler, ledger
        self._is_writing = is_writing  # whether a call about an object of TikTok's is under way
        self.buyer, self.manager, self.videos = buyer, manager, videos
        self.done: Counter[str] = Counter()
        self.busy = 0  # people who have not come to their end
        self._hand = open_session(app)
        self._grown: dict[int, Batch] = {}  # what was added last, by our id of the campaign
        self._number = 0

    def live(self, acts: int, begin: float) -> None:
        """One person's day: so many acts, some seconds apart."""
        self.scheduler.pause(begin)
        for _ in range(acts):
            self._act()
            self.scheduler.pause(
                self.scheduler.random.choice((0.5, 5.0, 40.0)) * self.scheduler.random.random()
            )

    def _act(self) -> None:
        acts: Sequence[Callable[[Campaign, Node], object]]
        draw = self.scheduler.random
        campaigns = list(Campaign.objects.exclude(remote_id=None).order_by("pk"))
        if not campaigns:
            return
        through = Launch.objects.filter(finished_at__isnull=False).values_list("campaign_id", flat=True)
        live = [campaign for campaign in campaigns if campaign.pk in set(through)]
        campaign = draw.choice(live if live and draw.random() < 0.7 else campaigns)
        root = self.ledger.find(Level.CAMPAIGN, campaign.pk)
        launch = Launch.objects.filter(campaign=campaign).first()
        if root is None or launch is None:
            return
        if launch.finished_at is None:
            acts = [self._pause, self._switch, self._switch] + [self._cancel] * (draw.random() < 0.3)
        elif root.batch.fate:
            return
        else:
            acts = [self._edit] * 4 + [self._grow, self._switch, self._meddle_by_hand, self._decide_drift]
            if _list_strangers(campaign).exists():
                acts += [self._decide_stranger] * 4
        act = draw.choice(acts)
        name = act.__name__.strip("_")
        try:
            did = act(campaign, root)
        except ServiceError as error:
            self.scheduler.note(f"may not {name} {campaign.pk}: {type(error).__name__}: {error.message}")
            self.done[f"{name}, not let"] += 1
        else:
            if did is not False:
                self.done[name] += 1

    def _number_next(self) -> int:
        self._number += 1
        return self._number

    def _order(self) -> int:
        worker = self.scheduler.current
        return worker.wrote if worker is not None else 0

    def _list_things(self, campaign: Campaign) -> list[tuple[Thing, Node]]:
        things: list[Thing] = [campaign]
        for group in AdGroup.objects.filter(campaign=campaign).order_by("position", "pk"):
            things += [group, *Ad.objects.filter(adgroup=group).order_by("position", "pk")]
        pairs = [(thing, self.ledger.find(thing.level, thing.pk)) for thing in things]
        return [(thing, node) for thing, node in pairs if node is not None and not node.batch.fate]

    # A launch under way ------------------------------------------------------------------------------

    def _pause(self, campaign: Campaign, root: Node) -> None:
        steering.pause_launch(actor=self.buyer, door=DOOR, campaign=campaign, now=self.scheduler.clock())
        self.scheduler.note(f"pauses launch of {campaign.pk}")
        self.scheduler.pause(self.scheduler.random.uniform(1, 90))
        steering.unpause_launch(actor=self.buyer, door=DOOR, campaign=campaign, now=self.scheduler.clock())
        self.scheduler.note(f"lets launch of {campaign.pk} go on")

    def _cancel(self, campaign: Campaign, root: Node) -> None:
        """What grows is cancelled alone; else the whole tree."""
        removes = self.scheduler.random.random() < 0.5
        launch = Launch.objects.get(campaign=campaign)
        batch = self._grown[campaign.pk] if launch.grows else root.batch
        before = batch.fate
        batch.fate = "removed" if removes else "off"  # a worker may be faster than the answer
        try:
            steering.cancel_launch(
                actor=self.buyer, door=DOOR, campaign=campaign, removes=removes, now=self.scheduler.clock()
            )
        except ServiceError:
            batch.fate = before
            raise
        self.scheduler.note(f"cancels launch of {campaign.pk}, {batch.fate}")

    def _switch(self, campaign: Campaign, root: Node) -> object:
        """A person switches something off that exists, or on again what a person switched off."""
        there = [(thing, node) for thing, node in self._list_things(campaign) if thing.remote_id]
        if not there:
            return False
        thing, node = self.scheduler.random.choice(there)
        status = DISABLE if thing.wanted_switch == ENABLE else ENABLE
        node.switched = True
        switches.set_switch(
            actor=self.manager, door=DOOR, thing=thing, status=status, now=self.scheduler.clock()
        )
        self.scheduler.note(f"wants {thing.level} {thing.pk} {status}")
        return True

    # What is live ------------------------------------------------------------------------------------

    def _edit(self, campaign: Campaign, root: Node) -> object:
        """One object, once or a few times in a row: those fold. Now and then the last takes the one before it back."""
        draw = self.scheduler.random
        there = [(thing, node) for thing, node in self._list_things(campaign) if thing.remote_id]
        if not there:
            return False
        thing, node = draw.choice(there)
        times = draw.choice((1, 1, 2, 3))
        for turn in range(times):
            changes = self._draw_changes(thing, node)
            before = {member: node.wanted.get(member) for member in changes}
            self._change(campaign, thing, node, changes)
            if turn < times - 1 and draw.random() < 0.5:
                self._wait_for_call(thing)
            elif turn < times - 1:
                self.scheduler.pause(draw.choice((0.0, 1.0, 12.0)) * draw.random())
            elif draw.random() < 0.25 and None not in before.values() and CREATIVES not in before:
                self.scheduler.pause(draw.uniform(0, 2))
                self._change(campaign, thing, node, before)
                self.done["undo"] += 1
        return True

    def _wait_for_call(self, thing: Thing) -> None:
        """Until a call about the object is under way: what is wanted next is wanted before its answer comes."""
        for _ in range(SOON):
            if self._is_writing(str(thing.remote_id)):
                return
            self.scheduler.pause(AGAIN)

    def _draw_changes(self, thing: Thing, node: Node) -> dict[str, Any]:
        draw, number = self.scheduler.random, self._number_next()
        name = {thing.level.name_member: f"Renamed {number}"}
        choices: list[dict[str, Any]] = [name]
        if thing.wanted.get("budget"):
            choices.append({"budget": f"{draw.randint(480, 620)}.00"})
        if thing.level is Level.ADGROUP:
            spec = {**(thing.wanted.get("targeting_spec") or {}), "languages": [draw.choice(LANGUAGES)]}
            choices.append({"targeting_spec": spec})
        if thing.wanted.get(PRICE):
            choices.append({PRICE: f"{draw.randint(10, 30)}.00"})
        if thing.level is Level.AD:
            choices.append({"ad_text_list": [{"ad_text": f"Text {number} for everybody"}]})
            choices.append({CREATIVES: self._draw_creatives(thing)})
        if draw.random() < 0.2:
            return {**name, **choices[-1]}
        return draw.choice(choices)

    def _draw_creatives(self, thing: Thing) -> list[dict[str, Any]]:
        creatives = copy.deepcopy(thing.wanted[CREATIVES])
        if len(creatives) > 1:
            return list(creatives[:1])
        second = copy.deepcopy(creatives[0])
        second["creative_info"]["video_info"]["video_id"] = self.scheduler.random.choice(self.videos)
        return [*creatives, second]

    def _change(self, campaign: Campaign, thing: Thing, node: Node, changes: Mapping[str, Any]) -> None:
        nodes = {(node, member): value for member, value in changes.items()}
        if PRICE in changes and node.parent is not None:  # TikTok carries it to every ad group (R41)
            nodes |= {
                (sibling, PRICE): changes[PRICE] for sibling in node.parent.children if not sibling.batch.fate
            }
        said = {
            (owner, member): self.ledger.say(owner, member, value, self.scheduler.now)
            for (owner, member), value in nodes.items()
        }
        try:
            self._ask(thing, changes)
        except ServiceError:
            for (owner, member), item in said.items():
                self.ledger.unsay(owner, member, item)
            raise
        for (owner, member), item in said.items():
            self.ledger.settle(owner, member, item, now=self.scheduler.now, order=self._order())
        self.scheduler.note(f"wants {thing.level} {thing.pk} {dict(changes)}")

    def _ask(self, thing: Thing, changes: Mapping[str, Any]) -> None:
        """A buyer asks; what needs a manager waits until one has agreed."""

        def ask(acknowledged: Acknowledged) -> list[Change] | Proposal:
            return change_or_propose(
                actor=self.buyer,
                door=DOOR,
                edits=[Edit(thing, changes)],
                acknowledged=acknowledged,
                reason="It has to be.",
                now=self.scheduler.clock(),
            )

        self._agree(_say_yes(ask))

    def _agree(self, did: list[Change] | Proposal | None) -> None:
        if isinstance(did, Proposal):
            self.scheduler.pause(self.scheduler.random.uniform(0, 20))
            deciding.approve(
                actor=self.manager, door=DOOR, proposal=did, version=did.version, now=self.scheduler.clock()
            )
            self.done["approve"] += 1

    def _grow(self, campaign: Campaign, root: Node) -> object:
        """One more ad group with its ads, or an ad more below one that lives."""
        draw, number = self.scheduler.random, self._number_next()
        there = [(thing, node) for thing, node in self._list_things(campaign) if thing.remote_id]
        groups = [(thing, node) for thing, node in there if isinstance(thing, AdGroup)]
        ads = [node for thing, node in there if isinstance(thing, Ad)]
        if not groups or not ads:
            return False
        ad = {**copy.deepcopy(self.ad), "ad_name": f"Added ad {number}"}
        parent: Campaign | AdGroup
        thing, node = draw.choice(groups)
        if draw.random() < 0.5 and isinstance(thing, AdGroup):
            parent, above, children = thing, node, [ad]
        else:
            like = {
                name: value for name, value in self.group.items() if name != PRICE or node.wanted.get(PRICE)
            }
            if node.wanted.get(PRICE):
                like[PRICE] = node.wanted[PRICE]
            parent, above = campaign, root
            children = [{**like, "adgroup_name": f"Added group {number}", "ads": [ad]}]
        batch = self.ledger.grow(above, children)
        before = self._grown.get(campaign.pk, batch)
        self._grown[campaign.pk] = batch

        def ask(acknowledged: Acknowledged) -> Any:
            return growing.grow(
                actor=self.manager,
                door=DOOR,
                parent=parent,
                children=children,
                acknowledged=acknowledged,
                now=self.scheduler.clock(),
            )

        try:
            _say_yes(ask)
        except ServiceError:
            self.ledger.forget(above, batch)
            self._grown[campaign.pk] = before
            raise
        self.scheduler.note(f"adds {children[0].get('adgroup_name') or ad['ad_name']} to {campaign.pk}")
        return True

    # By hand at TikTok, and what is then decided here --------------------------------------------------

    def _meddle_by_hand(self, campaign: Campaign, root: Node) -> object:
        draw, number = self.scheduler.random, self._number_next()
        there = [(thing, node) for thing, node in self._list_things(campaign) if thing.remote_id]
        thing, node = draw.choice(there)
        kind = draw.choice(("name", "budget", SWITCHED))
        body: dict[str, Any] = {"level": thing.level.value, "id": thing.remote_id}
        if kind == "budget" and thing.wanted.get("budget"):
            self.ledger.say(node, "budget", draw.randint(100, 900), self.scheduler.now, by_hand=True)
            body["budget"] = node.said["budget"][-1].value
        elif kind == SWITCHED:
            node.switched = node.turned_by_hand = True
            body[SWITCHED] = draw.choice((ENABLE, DISABLE))
        else:
            member = thing.level.name_member
            said = self.ledger.say(node, member, f"By hand {number}", self.scheduler.now, by_hand=True)
            body["name"] = said.value
        answer: requests.Response = self._hand.post(f"{BASE_URL}/control/status", json=body)
        assert answer.status_code == 200, answer.text
        self.scheduler.note(f"by hand at TikTok: {body}")
        return True

    def _decide_drift(self, campaign: Campaign, root: Node) -> object:
        fresh = Campaign.objects.prefetch_related("adgroups__ads").get(pk=campaign.pk)
        found = find_drift(fresh)
        if not found:
            return False
        now = self.scheduler.clock()
        if self.scheduler.random.random() < 0.5:

            def keep(acknowledged: Acknowledged) -> drifting.Kept:
                return drifting.keep_ours(
                    actor=self.buyer,
                    door=DOOR,
                    campaign=campaign,
                    paths=None,
                    acknowledged=acknowledged,
                    now=now,
                )

            self._agree(_say_yes(keep).proposal)
            self.done["keep ours"] += 1
            self.scheduler.note(f"keeps ours in {campaign.pk}")
            return True
        # what TikTok held may be wanted from the moment of the transaction on
        taken = drifting.take_theirs(actor=self.buyer, door=DOOR, campaign=campaign, paths=None, now=now)
        nodes = {_name(thing): node for thing, node in self._list_things(campaign)}
        for change in taken.changes:
            for member, value in (change.after or {}).items():
                node = nodes[change.target]
                if member == SWITCHED:
                    node.switched = True
                    continue
                said = self.ledger.say(node, member, value, self.scheduler.now)
                self.ledger.settle(node, member, said, now=self.scheduler.now, order=self._order())
        self.done["take theirs"] += 1
        self.scheduler.note(f"takes theirs in {campaign.pk}: {[change.after for change in taken.changes]}")
        return True

    def _decide_stranger(self, campaign: Campaign, root: Node) -> object:
        """A person removes a twin that came late, or adopts it."""
        stranger = self.scheduler.random.choice(list(_list_strangers(campaign)))
        level, now = Level(stranger.level), self.scheduler.clock()
        given: dict[str, Any] = {"actor": self.buyer, "door": DOOR, "stranger": stranger, "now": now}
        if self.scheduler.random.random() < 0.5:
            self.ledger.decided[stranger.remote_id] = None
            try:
                _say_yes(lambda said: made_elsewhere.remove_stranger(acknowledged=said, **given))
            except ServiceError:
                del self.ledger.decided[stranger.remote_id]
                raise
            self.done["remove a twin"] += 1
        else:
            parent = root if level is Level.ADGROUP else self._find_group(campaign, stranger)
            if parent is None:
                return False
            held = {level.name_member: stranger.name, "operation_status": stranger.operation_status}
            node = self.ledger.adopt(parent, level, stranger.remote_id, held)
            try:
                made_elsewhere.adopt_stranger(**given)
            except ServiceError:
                self.ledger.unadopt(node, stranger.remote_id)
                raise
            self.done["adopt a twin"] += 1
        self.scheduler.note(f"decides about {level} {stranger.remote_id} in {campaign.pk}")
        return True

    def _find_group(self, campaign: Campaign, stranger: Stranger) -> Node | None:
        """The node of the ad group that an ad stands in."""
        group = AdGroup.objects.filter(campaign=campaign, remote_id=str(stranger.remote.get("adgroup_id")))
        found = group.first()
        return self.ledger.find(Level.ADGROUP, found.pk) if found else None

    group: dict[str, Any]
    ad: dict[str, Any]

    def learn(self, tree: Mapping[str, Any]) -> None:
        """What they add looks like what is there."""
        [like, *_] = tree["adgroups"]
        self.ad = dict(like["ads"][0])
        self.group = {name: value for name, value in like.items() if name != "ads"}


SWITCHED = "operation_status"


def _list_strangers(campaign: Campaign) -> QuerySet[Stranger]:
    return Stranger.objects.filter(campaign=campaign, vanished_at=None).order_by("pk")


def _say_yes(ask: Callable[[Acknowledged], Any]) -> Any:
    """Asks, and says yes to all that wants one."""
    acknowledged: set[tuple[str, str | None]] = set()
    for _ in range(5):
        try:
            return ask(frozenset(acknowledged))
        except Unconfirmed as error:
            acknowledged |= {(item.rule, item.path) for item in error.findings}
    return ask(frozenset(acknowledged))


def _name(thing: Thing) -> str:
    return "campaign" if isinstance(thing, Campaign) else f"{thing.level}s/{thing.pk}"
