"""Who may have done what was found otherwise at TikTok: the change log's word, our own Change, or nobody known.

A line of the log tells of a difference only where it is about that very object and, if it names members, that member, and
only from the time in which it must have come about. A line of our own call makes nobody else the doer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings

from campaigns.contract.levels import Level
from campaigns.models import Campaign, Change, Flip, Push, Reading, RemoteEdit, Stranger
from campaigns.models.trees import within_tree
from campaigns.rules.policy import house_policy
from campaigns.sync.drift import EXISTENCE, STRANGER, SWITCH, Drift

API = "marketing api"  # platform 12.4: what the log calls every app's calls; all else was done by hand
GRAIN = timedelta(seconds=1)  # platform 12.4: its times are whole seconds, cut off
NEAR = timedelta(hours=12)  # from half a day on a time of day alone would not say which day is meant
BODY = "body:"
WANTS = (Change.Act.EDITED, Change.Act.STARTED, Change.Act.STOPPED)  # by these it was wanted otherwise here
Calls = Mapping[str, Sequence[tuple[datetime, datetime]]]


@dataclass(frozen=True, slots=True)
class Origin:
    """`who` "" = unknown. It happened between `since` and `at`; None where that was not seen either.

    `unread`: TikTok's change log was not asked since, so that nobody can be known yet.
    """

    who: str
    how: str  # the tool, in TikTok's words, or ours
    since: datetime | None
    at: datetime | None
    ours: bool = False
    unread: bool = False

    @property
    def is_near(self) -> bool:
        """Whether both moments are of about one day, so that their times of day tell them."""
        return self.since is not None and self.at is not None and self.at - self.since < NEAR


@dataclass(frozen=True, slots=True)
class Log:
    """TikTok's change log of one campaign, of what was made elsewhere in it too, with what tells our own lines in it.

    `app` is ours, "" where it is not known. `calls` are when ours about an object left and were settled, by the journals'
    name of it; read only where a line of another app is there to be told from them.
    """

    edits: Sequence[RemoteEdit]
    strangers: Sequence[Stranger]
    app: str
    calls: Calls


UNKNOWN = Origin("", "", None, None)


def attribute_drift(campaign: Campaign, drifts: Iterable[Drift]) -> dict[str, Origin]:
    """The origin of each difference by its path. Six queries for a campaign, one more where another app works in it."""
    asked = list(drifts)
    if not asked:
        return {}
    flips: dict[tuple[str, str], Flip] = {}
    for row in Flip.objects.filter(campaign_ref=campaign.pk, cause=Flip.Cause.ELSEWHERE).order_by("at", "pk"):
        flips[row.target, row.member.partition("/")[0]] = row
    log = read_log(campaign)
    strangers = {f"strangers/{stranger.pk}": stranger for stranger in log.strangers}
    changes = list(Change.objects.filter(campaign_ref=campaign.pk).select_related("actor"))
    read_until = read_log_until(campaign)
    found: dict[str, Origin] = {}
    for item in asked:
        stranger, flip = strangers.get(item.path), flips.get((item.target, _name(item)))
        if item.member == STRANGER:
            origin = _attribute_stranger(stranger, log) if stranger else UNKNOWN
        else:
            origin = _find(item, flip, log, changes)
        at = stranger.seen_at if stranger else flip.at if flip else campaign.drifting_since
        unread = not origin.who and at is not None and (read_until is None or read_until < at)
        found[item.path] = replace(origin, unread=unread)
    return found


def read_log(campaign: Campaign) -> Log:
    """What is kept of it. Three queries, and one more where another app's line is in it."""
    strangers = list(Stranger.objects.filter(campaign=campaign))
    rows = RemoteEdit.objects.filter(advertiser=campaign.advertiser_id)
    edits = list(rows.filter(campaign_ref=campaign.pk))
    if strangers:
        edits += rows.filter(campaign_ref=None, remote_id__in=[stranger.remote_id for stranger in strangers])
    app = campaign.advertiser.connection.app_id or settings.TIKTOK_APP_ID
    others = any(_is_by_app(edit) and edit.app_id not in ("", app) for edit in edits)
    return Log(edits, strangers, app, _read_calls(campaign) if app and others else {})


def read_log_until(campaign: Campaign) -> datetime | None:
    """Until when TikTok's change log of the campaign's account was read; None: never."""
    reading = Reading.objects.filter(advertiser=campaign.advertiser_id, kind=Reading.Kind.CHANGELOG).first()
    until = reading.state.get("until") if reading else None
    return datetime.fromisoformat(until) if until else None


def attribute_flip(flip: Flip, log: Log) -> Origin:
    """The change log's word about one flip that was not our doing: the newest line of its time, if that is not our own."""
    if flip.member == STRANGER:
        same = [item for item in log.strangers if item.seen_at == flip.at and item.label == flip.after]
        return _attribute_stranger(same[0], log) if len(same) == 1 else Origin("", "", flip.since, flip.at)
    about = [edit for edit in log.edits if edit.target == flip.target and _tells_of(edit, flip.member)]
    return _attribute(about, log, flip.since, flip.at)


def _attribute_stranger(stranger: Stranger, log: Log) -> Origin:
    """Who made it: by its own id, since whatever else the log tells of its parent is about the parent."""
    place = (stranger.level.upper(), stranger.remote_id)
    made = [edit for edit in log.edits if (edit.kind, edit.remote_id) == place]
    return _attribute([edit for edit in made if _tells_of(edit, STRANGER)], log, None, stranger.seen_at)


def _attribute(about: Iterable[RemoteEdit], log: Log, since: datetime | None, at: datetime) -> Origin:
    fitting = [edit for edit in about if edit.at <= at and (since is None or edit.at + GRAIN > since)]
    newest = max(fitting, key=lambda edit: (edit.at, not _is_ours(edit, log)), default=None)
    if newest is None or _is_ours(newest, log):
        return Origin("", "", since, at)
    return Origin(newest.operator or "somebody", newest.source or "TikTok", since, newest.at)


def _is_by_app(edit: RemoteEdit) -> bool:
    return not edit.source or edit.source.strip().lower() == API


def _is_ours(edit: RemoteEdit, log: Log) -> bool:
    """Whether a call of ours may have made the line: one of our app, or of an app not known, or while a call was out."""
    if not _is_by_app(edit):
        return False
    if not log.app or edit.app_id in ("", log.app):
        return True
    slack = house_policy().seconds("changelog.slack")
    return any(left - slack <= edit.at <= settled + slack for left, settled in log.calls.get(edit.target, ()))


def _read_calls(campaign: Campaign) -> Calls:
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    pushes = within_tree(Push.objects.all(), campaign.pk).filter(sent_at__isnull=False)
    for group, ad, sent_at, settled_at in pushes.values_list("adgroup_id", "ad_id", "sent_at", "settled_at"):
        target = f"adgroups/{group}" if group else f"ads/{ad}" if ad else "campaign"
        found.setdefault(target, []).append((sent_at, max(sent_at, settled_at or sent_at)))
    return found


def _tells_of(edit: RemoteEdit, member: str) -> bool:
    """Whether the line is about that member, as a Flip names it; one that names none may be about any."""
    details = edit.details if isinstance(edit.details, list) else [edit.details]
    named = [
        item for item in details if isinstance(item, Mapping) and (item.get("name") or item.get("action"))
    ]
    return not named or any(
        _names(str(item.get("action") or ""), str(item.get("name") or ""), member) for item in named
    )


def _names(action: str, name: str, member: str) -> bool:
    action, name = action.strip().lower(), name.strip().lower().replace("_", " ")
    whole = {STRANGER: "create", EXISTENCE: "delete"}.get(member)
    if whole or action in ("create", "delete"):
        return action == whole
    return not name or name in _list_words(member)


def _list_words(member: str) -> set[str]:
    """What the log may call a member: TikTok's name of it, spelt as words (platform 12.4)."""
    top = member.removeprefix(BODY).partition("/")[0]
    words = {top.replace("_", " ")}
    if top == SWITCH:
        words.add("status")
    elif top in {level.name_member for level in Level}:
        words.add("name")
    elif top == "creative_list":
        words.add("creative status")
    return words


def _name(item: Drift) -> str:
    """As a Flip names it, by its whole member: `body:targeting_spec`."""
    top = item.member.partition("/")[0]
    return top if top in (EXISTENCE, STRANGER, SWITCH) else f"{BODY}{top}"


def _find(item: Drift, flip: Flip | None, log: Log, changes: Iterable[Change]) -> Origin:
    origin = attribute_flip(flip, log) if flip is not None else UNKNOWN
    member = item.member.partition("/")[0]
    own = [change for change in changes if change.target == item.target and _is_about(change, member)]
    newest = max(own, key=lambda change: change.at, default=None)
    # where nothing moved since: then what is wanted was moved here, and TikTok was not brought to it
    if newest is None or newest.actor is None or (origin.at is not None and newest.at <= origin.at):
        return origin
    return Origin(newest.actor.display_name, "Smart+ Admin", None, newest.at, ours=True)


def _is_about(change: Change, member: str) -> bool:
    """Whether somebody here wanted the member otherwise by it."""
    if change.actor is None or change.act not in WANTS:
        return False
    return any(isinstance(side, Mapping) and member in side for side in (change.before, change.after))
