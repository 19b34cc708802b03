"""One screen of the builder, put together: the tree, one object's form, the plan line, and what may be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest

from campaigns import queries
from campaigns.contract.levels import Level
from campaigns.models import Campaign, Launch, Person, Thing
from campaigns.models.campaign import State
from campaigns.rules.authority import Act
from campaigns.services.drafts import list_presets
from campaigns.services.judging import Judgement, judge_campaign
from campaigns.services.presence import BEAT
from campaigns.services.wanted import name_target
from campaigns.web.builder_actions import list_tracks
from campaigns.web.builder_form import BoundForm, bind_form, draw_form, set_scene
from campaigns.web.builder_library import Library, read_library
from campaigns.web.builder_saving import Outcome, write_base
from campaigns.web.builder_tree import Place, PlanLine, Tree, count_plan, find_thing, read_tree
from campaigns.web.forms import Scene, Texts
from campaigns.web.guard import find_campaign, person_of


@dataclass(slots=True)
class Screen:
    campaign: Campaign
    tree: Tree
    place: Place
    judgement: Judgement
    plan: PlanLine
    form: BoundForm
    library: Library
    base: str
    lock: str  # why nothing can be typed here; "" = it can
    may_grow: bool  # objects can be added and taken away
    answer: Mapping[str, Any] | None  # what TikTok said when it refused this object
    outcome: Outcome | None = None

    def as_context(self) -> dict[str, Any]:
        places = self.tree.places
        here = places.index(self.place)
        return {
            "screen": self,
            "campaign": self.campaign,
            "account": self.campaign.advertiser,
            "tree": self.tree,
            "place": self.place,
            "thing": self.place.thing,
            "at": name_target(self.place.thing),
            "company_beat": int(BEAT.total_seconds()),
            "plan": self.plan,
            "form": self.form,
            "lists": self.library.for_level(self.place.level)
            | ({"music": list_tracks(self.campaign)} if self.place.level is Level.AD else {}),
            "plain_lists": self.library.for_plain(self.place.level),
            "before": places[here - 1] if here else None,
            "after": places[here + 1] if here + 1 < len(places) else None,
            "group": self.place if self.place.level is Level.ADGROUP else self.place.parent,
        }


def find_tree(request: HttpRequest, pk: int) -> Campaign:
    """The campaign with its whole tree; 404 for people of other accounts."""
    return find_campaign(request, pk, queries.with_tree(queries.visible_campaigns(person_of(request))))


def find_object(campaign: Campaign, level: Level, pk: int) -> Thing:
    thing = find_thing(campaign, level, pk)
    if thing is None:
        raise Http404("no such object in this campaign")
    return thing


def plain_scene(campaign: Campaign, thing: Thing) -> Scene:
    """Enough to read and show values; what matters when is asked of the facts."""
    account = campaign.advertiser
    return Scene(thing.level, thing.wanted, campaign.wanted, account.money, ZoneInfo(account.zone))


def draw_screen(
    request: HttpRequest,
    campaign: Campaign,
    thing: Thing,
    now: datetime,
    *,
    outcome: Outcome | None = None,
    at: str = "",
) -> Screen:
    """`outcome` is what a save left in the inputs; without one they hold what is stored."""
    judgement = judge_campaign(campaign=campaign, now=now)
    tree = read_tree(campaign, judgement.leaving, fresh=is_fresh(request, campaign))
    place = tree.find(thing)
    scene = set_scene(place, judgement.facts)
    form = draw_form(thing, scene)
    texts: Mapping[str, Texts] = form.show_all(thing.wanted, scene)
    base = dict(texts)
    if outcome is not None:
        texts = {**texts, **{path: kept for path, kept in outcome.texts.items() if path in texts}}
        base |= {path: kept for path, kept in outcome.base.items() if path in texts}
    library = read_library(campaign.advertiser, place.level)
    person = person_of(request)
    bound = bind_form(
        place=place,
        form=form,
        texts=texts,
        scene=scene,
        facts=judgement.facts,
        library=library,
        reader_zone=person.time_zone,
        at=at,
        presets=list_presets(campaign)
        if thing.level is Level.ADGROUP and campaign.state == State.DRAFT
        else {},
    )
    lock = find_lock(person, campaign, thing)
    return Screen(
        campaign=campaign,
        tree=tree,
        place=place,
        judgement=judgement,
        plan=count_plan(judgement, tree),
        form=bound,
        library=library,
        base=write_base(base),
        lock=lock,
        may_grow=may_draft(person, campaign) and campaign.state == State.DRAFT,
        answer=place.answer,
        outcome=outcome,
    )


REVIEWED, MOST_REVIEWED = "reviewed", 100  # drafts whose review somebody asked for in this session


def note_review(request: HttpRequest, campaign: Campaign) -> None:
    """From now on what is missing is an error to whoever asked."""
    known: list[int] = request.session.get(REVIEWED, [])
    if campaign.pk not in known:
        request.session[REVIEWED] = [*known, campaign.pk][-MOST_REVIEWED:]


def is_fresh(request: HttpRequest, campaign: Campaign) -> bool:
    return campaign.state == State.DRAFT and campaign.pk not in request.session.get(REVIEWED, [])


def may_draft(person: Person, campaign: Campaign) -> bool:
    return campaign.advertiser in queries.accounts_for(person, Act.DRAFT)


def find_lock(person: Person, campaign: Campaign, thing: Thing) -> str:
    """Why this object cannot be changed here, in the words of its reason; the services decide again."""
    if not may_draft(person, campaign):
        return "You can look at this campaign, not change it: your role for the account is viewer."
    if thing.remote_id:
        return f"This exists at TikTok already (id {thing.remote_id}), so it is no draft any more."
    if campaign.state == State.DRAFT or campaign.mends:
        return ""
    if Launch.objects.filter(campaign=campaign).exists():
        return "The launch is under way. What TikTok refuses can be mended here afterwards."
    return ""
