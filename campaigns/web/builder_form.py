"""A form with everything a template draws: the texts of its inputs, what was found beside them, what they mean."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.contract.levels import Level
from campaigns.contract.limits import CREATIVES_PER_AD
from campaigns.contract.paths import find_at
from campaigns.models import Thing
from campaigns.queries.targets import KINDS, Target
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.services.choices import judge_words
from campaigns.services.speakers import KIND, Hearing, judge_kinds, only_speakers, set_alone
from campaigns.web.builder_library import Library
from campaigns.web.builder_notes import Extra, explain, is_settled, list_extras, say_preset
from campaigns.web.builder_tree import OpenFinding, Place, tone_of
from campaigns.web.forms import Field, Form, Scene, Section, Texts
from campaigns.web.forms_ad import draw_ad_form
from campaigns.web.forms_adgroup import draw_adgroup_form
from campaigns.web.forms_campaign import draw_campaign_form
from campaigns.web.forms_words import Option, say_option
from campaigns.web.saying import say_message
from campaigns.web.week import PRESETS, is_week, list_times

WEIGHTY = (FindingLevel.REFUSE, FindingLevel.ESCALATE, FindingLevel.CONFIRM)


@dataclass(frozen=True, slots=True)
class Chip:
    """One chosen id with its name; None where the account's lists do not know it."""

    value: str
    target: Target | None


@dataclass(slots=True)
class BoundField:
    field: Field
    texts: Texts
    options: tuple[Option, ...] = ()
    findings: list[Finding] = dataclasses.field(default_factory=list)
    found_at: list[tuple[str, Finding]] = dataclasses.field(default_factory=list)  # by path in the object
    notes: list[str] = dataclasses.field(default_factory=list)
    visible: bool = True
    unit: str = ""
    settled: bool = False  # never to be changed once it is at TikTok
    wanted_here: bool = False  # the page was opened to mend this very field
    refused_words: Mapping[str, Finding] = dataclasses.field(default_factory=dict)
    asked_words: Mapping[str, Finding] = dataclasses.field(default_factory=dict)  # a yes would be asked for
    chips: tuple[Chip, ...] = ()  # what is chosen, by name
    dropped: bool = False  # it holds something that the mode does not send

    @property
    def id(self) -> str:
        return self.field.id

    @property
    def text(self) -> str:
        return self.texts[0] if self.texts else ""

    @property
    def gravest(self) -> str:
        return tone_of(self.findings[0]) if self.findings else ""

    @property
    def rows(self) -> list[Any]:
        """The inputs of a list: what it holds, and an empty one to go on with."""
        pairs = self.field.kind == "pairs"
        blank: Any = [""] * len(self.field.inner) if pairs else ""
        filled = [json.loads(text) if pairs else text for text in self.texts]
        most = self.field.most
        if self.field.options and most and not pairs:
            return filled + [""] * (most - len(filled))
        return filled if most and len(filled) >= most else [*filled, blank]

    @property
    def control(self) -> str:
        """The template that draws the input."""
        kind = self.field.kind
        if kind == "list" and self.field.suggest in KINDS:
            return "picker"
        if kind == "text" and self.options:
            return "word"
        if kind == "objects" and self.field.options:
            return "selects"
        if kind == "moment" and self.text and not _is_clock(self.text):
            return "text"
        return {"objects": "rows", "list": "rows", "money": "text"}.get(kind, kind)

    @property
    def pick(self) -> str:
        """The query of the library's page where one piece is chosen for this field; "" where none is."""
        parts = self.field.path.split("/")
        single = self.field.suggest == "videos" or (self.field.suggest == "pictures" and self.field.most == 1)
        return f"kind={self.field.suggest}&of={parts[1]}" if single and len(parts) > 1 else ""

    @property
    def marked(self) -> dict[int, str]:
        """What was found about single inputs of a list, by their place."""
        inside = f"{self.field.path}/"
        return {
            int(rest.split("/")[0]): say_message(finding.message)
            for path, finding in self.found_at
            if (rest := path.removeprefix(inside)) != path and rest.split("/")[0].isdigit()
        }

    @property
    def grouped(self) -> bool:
        """Several inputs under one name."""
        return self.control in ("rows", "pairs", "selects", "words", "week", "picker")

    @property
    def week(self) -> dict[str, Any]:
        """The hours of a week as times for each day, and what a press fills in."""
        return {
            "days": list_times(self.text),
            "presets": PRESETS,
            "bad": bool(self.text) and not is_week(self.text),
        }

    @property
    def choices(self) -> list[tuple[Option, Finding | None, Finding | None]]:
        """Each option with the rule's refusal, or what it would ask a yes for; what is chosen can always be chosen."""
        return [
            (
                option,
                None if option.value in self.texts else self.refused_words.get(option.value),
                self.asked_words.get(option.value),
            )
            for option in self.options
        ]

    @property
    def member(self) -> str:
        """TikTok's name of the member; the template's title has its whole path."""
        return self.field.path.rpartition("/")[2]


@dataclass(slots=True)
class BoundSection:
    section: Section
    fields: list[BoundField]
    findings: list[Finding] = dataclasses.field(default_factory=list)

    @property
    def id(self) -> str:
        return self.section.id

    @property
    def visible(self) -> bool:
        return bool(self.section.grows) or any(item.visible for item in self.fields)


@dataclass(slots=True)
class BoundForm:
    place: Place
    sections: list[BoundSection]
    findings: list[Finding]  # about the object as a whole
    extras: list[Extra]
    state: dict[str, Any]  # for the script: what to hide and what to grey
    anchors: dict[str, str]  # a finding's own path → the field where it is shown

    @property
    def state_text(self) -> str:
        return json.dumps(self.state, ensure_ascii=False)

    @property
    def creatives(self) -> str:
        """How many of how many."""
        return f"{sum(item.section.row is not None for item in self.sections)} of {CREATIVES_PER_AD}"

    @property
    def fields(self) -> Iterable[BoundField]:
        return (item for section in self.sections for item in section.fields)

    @property
    def open(self) -> int:
        """How many of them are to be filled in."""
        return sum(isinstance(entry[2], OpenFinding) for entry in self.to_mend)

    @property
    def mend(self) -> int:
        return len(self.to_mend) - self.open

    @property
    def to_mend(self) -> list[tuple[str, str, Finding]]:
        """(anchor, label, refusal) in the order of the form."""
        own = [("object-findings", "", finding) for finding in self.findings]
        for section in self.sections:
            own += [(f"section-{section.id}", section.section.title, finding) for finding in section.findings]
            own += [
                (item.id, item.field.label, finding) for item in section.fields for finding in item.findings
            ]
        return [entry for entry in own if entry[2].level in (FindingLevel.REFUSE, FindingLevel.ESCALATE)]


def draw_form(thing: Thing, scene: Scene) -> Form:
    match thing.level:
        case Level.CAMPAIGN:
            return draw_campaign_form()
        case Level.ADGROUP:
            return draw_adgroup_form(scene)
    return draw_ad_form(thing.wanted)


def set_scene(place: Place, facts: TreeFacts) -> Scene:
    members = next((item.members for item in facts.objects if item.path == place.path), {})
    return Scene(
        place.level, members, facts.campaign.members, facts.account.currency, ZoneInfo(facts.account.zone)
    )


def bind_form(
    *,
    place: Place,
    form: Form,
    texts: Mapping[str, Texts],
    scene: Scene,
    facts: TreeFacts,
    library: Library,
    reader_zone: str,
    at: str = "",
    presets: Mapping[str, Any] | None = None,
) -> BoundForm:
    """`texts` is what the inputs hold; `at` the path of the finding that somebody came to mend.

    `presets` are values that nobody chose, by path: a field that holds one says so.
    """
    bound = {
        path: BoundField(
            item,
            texts[path],
            _list_choices(item, texts, library),
            notes=explain(item, texts[path], scene, library, reader_zone),
            unit=scene.currency.code if item.kind == "money" else "",
            settled=is_settled(place.level, path),
        )
        for path, item in form.by_path.items()
    }
    for path, value in (presets or {}).items():
        if path in bound and texts[path] == (value,):
            bound[path].notes.append(say_preset(bound[path].field, library))
    sections = [
        BoundSection(section, [bound[item.path] for item in section.fields]) for section in form.sections
    ]
    whole: list[Finding] = []
    anchors: dict[str, str] = {}
    for finding in place.findings:
        rest = place.relative(finding.path)
        home = _find_home(form, rest)
        if home is not None:
            bound[home].findings.append(finding)
            bound[home].found_at.append((rest, finding))
            anchors[rest] = bound[home].id
            continue
        section = next((item for item in sections if _is_of(item.section, rest)), None)
        (section.findings if section else whole).append(finding)
        anchors[rest] = f"section-{section.id}" if section else "object-findings"
    at = _find_first(bound, at) if at and at not in anchors else at
    refused, asked = _ask_words(place, form, scene, facts)
    for path, item in bound.items():
        holds = texts[path] != item.field.show(None, scene)
        item.visible = (
            item.field.when(scene) or holds or any(finding.level in WEIGHTY for finding in item.findings)
        )
        item.refused_words, item.asked_words = refused.get(path, {}), asked.get(path, {})
        if item.control == "picker":
            known = library.name_targets(item.field.suggest, item.texts)
            item.chips = tuple(Chip(text, known.get(text)) for text in item.texts)
        item.dropped = holds and path.startswith("targeting_spec/") and not find_at(scene.members, path)
        item.wanted_here = bool(at) and anchors.get(at, _anchor(form, at)) == item.id
        item.visible = item.visible or item.wanted_here
    state = {
        "hidden": [item.id for item in bound.values() if not item.visible],
        "refused": {
            path: {word: say_message(said.message) for word, said in words.items()}
            for path, words in refused.items()
        },
        "tones": {f"section-{item.id}": item.section.tone for item in sections},
        "rows": {item.id: item.marked for item in bound.values() if item.control == "rows" and item.marked},
        "levels": {item.id: item.gravest for item in bound.values() if item.findings},
    }
    return BoundForm(place, sections, whole, list_extras(place.thing.wanted, form), state, anchors)


def _find_first(bound: Mapping[str, BoundField], at: str) -> str:
    """Where to begin in what lies at a path: at what is to mend, or to fill in, else at its first field."""
    inside = [path for path in bound if path.startswith(f"{at}/")]
    refused = (
        path
        for path in inside
        if any(finding.level is FindingLevel.REFUSE for finding in bound[path].findings)
    )
    return next(refused, inside[0] if inside else at)


def _anchor(form: Form, path: str) -> str:
    home = _find_home(form, path)
    return form.by_path[home].id if home else ""


def _find_home(form: Form, path: str) -> str | None:
    """The field nearest to a finding: the one it lies in, else the first one inside of what it is about."""
    above = [name for name in form.by_path if path == name or path.startswith(f"{name}/")]
    if above:
        return max(above, key=len)
    return next((name for name in form.by_path if path and name.startswith(f"{path}/")), None)


def _is_of(section: Section, path: str) -> bool:
    return bool(section.grows) and (path == section.grows or path.startswith(f"{section.grows}/"))


def _list_choices(item: Field, texts: Mapping[str, Texts], library: Library) -> tuple[Option, ...]:
    """The options of a field. Of identities those of the kind that is chosen beside them, all where none is."""
    if item.suggest != "identities":
        return item.list_options(texts[item.path]) if item.options else ()
    kind = "".join(texts.get(f"{item.path.rpartition('/')[0]}/{KIND}", ()))
    fitting = [identity for identity in library.identities if kind in ("", identity.identity_type)]
    options = tuple(
        Option(
            identity.identity_id,
            identity.name if kind else f"{identity.name} ({say_option(identity.identity_type)})",
        )
        for identity in fitting
    )
    return dataclasses.replace(item, options=options).list_options(texts[item.path]) if options else ()


Words = dict[str, dict[str, Finding]]  # path → word → what would be said to it


def _ask_words(place: Place, form: Form, scene: Scene, facts: TreeFacts) -> tuple[Words, Words]:
    """Which words the rules would refuse here, and which they want a yes for; asked with this object and its campaign alone."""
    if place.level is Level.AD:
        return _ask_speakers(place, form, facts)
    raw, prefix = _alone(place)
    asked: dict[str, list[Any]] = {}
    for path, item in form.by_path.items():
        if item.kind in ("word", "words"):
            values = [option.value for option in item.options]
            asked[f"{prefix}{path}"] = [[value] for value in values] if item.kind == "words" else values
    said = judge_words(account=facts.account, policy=facts.policy, raw=raw, words=asked, now=facts.now)
    return {path.removeprefix(prefix): words for path, words in said.items()}, {}


def _ask_speakers(place: Place, form: Form, facts: TreeFacts) -> tuple[Words, Words]:
    """Who may speak in the ad and in each creative; creatives alike are asked about once."""
    assert place.parent is not None and place.parent.parent is not None
    campaign, group = place.parent.parent.thing.wanted, place.parent.thing.wanted
    ad = only_speakers(place.thing.wanted)
    known: dict[str, dict[str, Finding]] = {}
    refused: Words = {}
    asked: Words = {}
    for path, item in form.by_path.items():
        where, _, member = path.rpartition("/")
        if member != KIND:
            continue
        raw, at = set_alone(campaign, group, ad, where)
        key = json.dumps([at, raw["adgroups"][0]["ads"]], sort_keys=True, default=str)
        if key not in known:
            kinds = [option.value for option in item.options]
            known[key] = judge_kinds(Hearing(facts.account, facts.policy, facts.now), raw, at, kinds)
        for kind, said in known[key].items():
            told = refused if said.level is FindingLevel.REFUSE else asked
            told.setdefault(path, {})[kind] = said
    return refused, asked


def _alone(place: Place) -> tuple[dict[str, Any], str]:
    if place.level is Level.CAMPAIGN:
        return {**place.thing.wanted, "adgroups": []}, ""
    assert place.parent is not None
    return {**place.parent.thing.wanted, "adgroups": [{**place.thing.wanted, "ads": []}]}, "adgroups/0/"


def _is_clock(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is None and "T" in text
    except ValueError:
        return False
