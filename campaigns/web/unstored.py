"""An ad group or an ad as typed on a page that stores nothing before it is sent: the builder's fields over what it began as.

Each creative says from which one of the source's it came, so that what no field shows goes along with it.
"""

from collections.abc import Mapping, MutableSequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.paths import set_at
from campaigns.models import Ad, AdGroup, Campaign, Person, Thing
from campaigns.rules.facts import TreeFacts
from campaigns.services.speakers import Hearing
from campaigns.services.wanted import write_wanted
from campaigns.web.builder_actions import (
    ROWS,
    begin_creative,
    change_rows,
    find_made,
    list_tracks,
    read_rows,
)
from campaigns.web.builder_form import BoundForm, bind_form, draw_form, set_scene
from campaigns.web.builder_library import Library
from campaigns.web.builder_saving import follow_along
from campaigns.web.builder_screen import plain_scene
from campaigns.web.builder_tree import Place
from campaigns.web.forms import Form, Posted, Scene

ROW = "row"  # the inputs that say where each creative came from: its place in the source, empty for one begun here
MOST_ROWS = 200  # that are read of them; an ad holds fewer
MARK = "ad-"  # before the names of an ad's sections: an ad group's stand on the same page


def list_order(thing: Thing) -> list[str]:
    """Where the creatives of something untouched come from."""
    return [str(place) for place in range(len(read_rows(thing)))]


def read_over(thing: AdGroup | Ad, posted: Posted, *, creatives_only: bool = False) -> list[str]:
    """Sets what is wanted of an unsaved object to what was typed over it; returns where its creatives come from.

    What cannot be read stays as typed, and becomes a finding.
    """
    order: list[str] = []
    if isinstance(thing, Ad):
        source = read_rows(thing)
        known = {str(place): row for place, row in enumerate(source)}
        order = [str(text) if text in known else "" for text in posted.getlist(ROW)[:MOST_ROWS]]
        write_wanted(thing, {**thing.wanted, ROWS: [known.get(place, {}) for place in order]})
    scene = plain_scene(thing.campaign, thing)
    form = _draw(thing, scene, creatives_only)
    stored = form.show_all(thing.wanted, scene)
    texts = form.read_posted(posted, stored)
    changes: dict[str, Any] = {}
    for path, item in form.by_path.items():
        value = item.read(texts[path], scene)
        if texts[path] != stored[path] and value != item.read(stored[path], scene):
            changes[path] = value
    wanted: Mapping[str, Any] = thing.wanted
    for path, value in (changes | dict(follow_along(thing, changes))).items():
        wanted = set_at(wanted, path, value)
    write_wanted(thing, wanted)
    return order


def act_on_rows(ad: Ad, order: MutableSequence[str], action: str, now: datetime) -> str:
    """A creative more or less; the path where the reader goes on."""
    verb, _, what = action.partition(":")
    place = what.rpartition("/")[2]
    campaign = ad.adgroup.campaign
    tree = campaign.raw_tree()
    begun = begin_creative(Hearing.of(campaign, now), tree, ad.adgroup.wanted, ad.wanted)
    pairs = list(zip(read_rows(ad), order, strict=True))
    changed = change_rows(pairs, verb, place, ({"creative_info": begun}, ""))
    write_wanted(ad, {**ad.wanted, ROWS: [row for row, _ in changed]})
    order[:] = [origin for _, origin in changed]
    return (
        "" if verb == "remove" or not changed else f"{ROWS}/{find_made(changed, verb, place)}/creative_info"
    )


def bind_over(
    place: Place,
    facts: TreeFacts,
    library: Library,
    reader: Person,
    *,
    creatives_only: bool = False,
    at: str = "",
) -> BoundForm:
    """The fields with what was found beside them. `facts` are those of the tree as it would be."""
    scene = set_scene(place, facts)
    form = _draw(place.thing, scene, creatives_only)
    return bind_form(
        place=place,
        form=form,
        texts=form.show_all(place.thing.wanted, scene),
        scene=scene,
        facts=facts,
        library=library,
        reader_zone=reader.time_zone,
        at=at,
    )


def list_offers(campaign: Campaign, library: Library, level: Level) -> dict[str, Mapping[str, str]]:
    """The suggestions that the inputs of a level name."""
    return library.for_level(level) | ({"music": list_tracks(campaign)} if level is Level.AD else {})


def _draw(thing: Thing, scene: Scene, creatives_only: bool) -> Form:
    form = draw_form(thing, scene)
    sections = [
        section
        for section in form.sections
        if not creatives_only or section.row is not None or section.grows == ROWS
    ]
    if thing.level is Level.AD:
        sections = [replace(section, id=f"{MARK}{section.id}") for section in sections]
    return Form.of(*sections)
