"""What a change of something live means, as a page says it: its lines, what the rules say, and what is said yes to by ticks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.contract.levels import Level
from campaigns.models import Campaign
from campaigns.queries.library import read_pieces
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.services.edits import EditJudgement
from campaigns.web.saying import say_field
from campaigns.web.values import say_member

RAISE = "raises-spend"  # the name of the tick, not of a rule: raising spend asks, lowering does not


@dataclass(frozen=True, slots=True)
class Line:
    """One member that changes; `label` is the object's, or how many change alike."""

    label: str
    level: Level
    member: str
    before: Any
    after: Any

    @property
    def field(self) -> str:
        return say_field(self.member)


def show_judgement(campaign: Campaign, judgement: EditJudgement, ticked: frozenset[str]) -> dict[str, Any]:
    confirms = _gather(item for item in judgement.findings if item.level is FindingLevel.CONFIRM)
    others = _gather(item for item in judgement.findings if item.level is not FindingLevel.CONFIRM)
    return {
        "lines": [
            (line, _say(line, line.before, campaign), _say(line, line.after, campaign))
            for line in _list_lines(judgement)
        ],
        "findings": [_say_alike(alike) for alike in others],
        "confirms": [(_key(alike[0]), _say_alike(alike), _key(alike[0]) in ticked) for alike in confirms],
        "refused": judgement.refused,
        "escalates": escalates(judgement),
        "exposure_before": judgement.exposure_before,
        "exposure_after": judgement.exposure_after,
        "raises": judgement.raises_exposure,
        "raise_ticked": RAISE in ticked,
    }


def escalates(judgement: EditJudgement) -> bool:
    return any(item.level is FindingLevel.ESCALATE for item in judgement.findings)


def list_said(findings: Iterable[Finding], ticked: frozenset[str]) -> frozenset[tuple[str, str | None]]:
    """What was said yes to. One tick says it for all that say the same."""
    confirms = _gather(item for item in findings if item.level is FindingLevel.CONFIRM)
    return frozenset(
        (item.rule, item.path) for alike in confirms if _key(alike[0]) in ticked for item in alike
    )


def _gather(findings: Iterable[Finding]) -> list[Sequence[Finding]]:
    """Those of one rule that say the same of several objects, together; what asks for a yes only word for word."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for item in findings:
        words = item.message if item.level is FindingLevel.CONFIRM else ""
        groups.setdefault((item.rule, words), []).append(item)
    return list(groups.values())


def _say_alike(alike: Sequence[Finding]) -> Finding:
    first, more = alike[0], len(alike) - 1
    return replace(first, message=f"{first.message} The same of {more} more.") if more else first


def _list_lines(judgement: EditJudgement) -> list[Line]:
    """What several objects change alike is one line."""
    lines = [
        Line(
            item.thing.label, item.thing.level, name, item.facts.before.get(name), item.facts.after.get(name)
        )
        for item in judgement.edits
        for name in item.facts.names
    ]
    alike: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        alike.setdefault((line.member, str(line.before), str(line.after)), []).append(line)
    return [
        replace(same[0], label=f"{len(same)} ad groups") if len(same) > 1 else same[0]
        for same in alike.values()
    ]


def _key(finding: Finding) -> str:
    return f"{finding.rule}@{finding.path}"


def _say(line: Line, value: Any, campaign: Campaign) -> str:
    match value:
        case None | "":
            return "none"
        case datetime():
            local = value.astimezone(ZoneInfo(campaign.advertiser.zone))
            return f"{local:%Y-%m-%d %H:%M} ({campaign.advertiser.zone}), {value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case [{"ad_text": _}, *_]:
            return " / ".join(str(item.get("ad_text")) for item in value)
        case [{"creative_info": _}, *_]:
            return _say_creatives(value, campaign)
    return say_member(line.level, line.member, value, campaign.advertiser)


def _say_creatives(rows: Iterable[Any], campaign: Campaign) -> str:
    """Creatives in a line: what each shows, by its name in the account's library, and under which cover."""
    infos = [row.get("creative_info") or {} for row in rows if isinstance(row, Mapping)]
    videos = [str((info.get("video_info") or {}).get("video_id") or "") for info in infos]
    covers = [
        [str(item.get("web_uri") or "") for item in info.get("image_info") or [] if isinstance(item, Mapping)]
        for info in infos
    ]
    keys = {"videos": videos, "pictures": [key for keys in covers for key in keys]}
    names = {
        piece.key: piece.name
        for kind, sought in keys.items()
        for piece in read_pieces(campaign.advertiser, kind, [key for key in sought if key])
    }
    said = []
    for info, video, pictures in zip(infos, videos, covers, strict=True):
        shown = [names.get(key, key) or key for key in pictures]
        main = names.get(video, video) or str(info.get("tiktok_item_id") or "") or "a carousel"
        said.append(f"{main} ({', '.join(shown)})" if shown else main)
    return "; ".join(said) or "none"
