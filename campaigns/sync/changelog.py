"""TikTok's change log: who did what there, by hand or by another tool (platform 12.4).

A task is made, asked after and fetched in separate steps, so that no worker waits for it. What comes is a text that prints a
Python dict with a CSV in it; it is read defensively: a log that cannot be read is an error, never an empty log.
"""

import ast
import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from campaigns.contract.levels import Level
from campaigns.models import Advertiser, Campaign, RemoteEdit
from campaigns.rules.policy import house_policy
from campaigns.sync.gateway import Gateway
from campaigns.sync.rows import ROOT, find_by_remote
from campaigns.tiktok.errors import Meaning, TikTokError

LONGEST = timedelta(days=30)  # platform 12.4: what one task may span
MOST_BYTES = 32 * 1024 * 1024
HEADER = "log_object_type"
KINDS = {"CAMPAIGN": Level.CAMPAIGN, "ADGROUP": Level.ADGROUP, "AD": Level.AD}
_DOWNLOAD = "changelog/task/download/"


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    kind: str
    remote_id: str
    name: str
    operator: str
    source: str
    app_id: str
    details: Any
    digest: str


def read_changelog(
    gateway: Gateway, state: Mapping[str, Any], *, now: datetime
) -> tuple[dict[str, Any], bool]:
    """One step towards a log that reaches until now. Returns the state for the next step, and whether this was the last.

    Raises TikTokError. An account with nothing at TikTok costs no call.
    """
    if not Campaign.objects.filter(advertiser=gateway.advertiser, remote_id__isnull=False).exists():
        return {}, True
    task, until = state.get("task"), state.get("until")
    if task is None:
        overlap = house_policy().seconds("changelog.overlap")
        start = max(datetime.fromisoformat(until) - overlap, now - LONGEST) if until else now - LONGEST
        made = gateway.create_changelog_task(start, now)
        return {"until": until, "task": made, "task_until": now.isoformat()}, False
    status, text = gateway.fetch_changelog(task)
    if status == "PROCESSING":
        return dict(state), False
    if status != "SUCCESS":
        return {"until": until}, True  # failed: the next reading asks for the same time again
    store_lines(gateway.advertiser, parse_log(text))
    return {"until": state["task_until"]}, True


def parse_log(text: str) -> Iterator[Line]:
    """The lines of a downloaded log. Raises TikTokError where it is not of the form that is known."""
    try:
        printed = ast.literal_eval(text) if text and len(text) <= MOST_BYTES else None
        data = printed["file_data"] if isinstance(printed, dict) else None
        rows = list(csv.reader(io.StringIO(data.decode() if isinstance(data, bytes) else str(data or ""))))
        top = next(index for index, row in enumerate(rows) if HEADER in row)
    except (ValueError, SyntaxError, KeyError, StopIteration, MemoryError, RecursionError) as error:
        raise _refuse("the change log has a form we do not know") from error
    names = rows[top]
    for row in rows[top + 1 :]:
        if any(row):
            yield _read_line(dict(zip(names, row, strict=False)))


def store_lines(advertiser: Advertiser, lines: Iterator[Line]) -> None:
    """Keeps the lines that are new: windows overlap, so that none falls between two."""
    found = [line for line in lines if line.kind in KINDS]
    places: dict[tuple[str, str], tuple[int, int]] = {}
    for kind, level in KINDS.items():
        ids = {line.remote_id for line in found if line.kind == kind}
        for remote_id, pk, root in find_by_remote(level, advertiser, ids, "remote_id", "pk", ROOT[level]):
            places[kind, remote_id] = (pk, root)
    RemoteEdit.objects.bulk_create(
        [_compose(advertiser, line, places.get((line.kind, line.remote_id))) for line in found],
        batch_size=500,
        ignore_conflicts=True,
    )


def _compose(advertiser: Advertiser, line: Line, place: tuple[int, int] | None) -> RemoteEdit:
    target = ""
    if place is not None:
        target = "campaign" if line.kind == "CAMPAIGN" else f"{KINDS[line.kind]}s/{place[0]}"
    return RemoteEdit(
        advertiser=advertiser,
        campaign_ref=place[1] if place else None,
        target=target,
        kind=line.kind,
        remote_id=line.remote_id[:32],
        name=line.name[:600],
        operator=line.operator[:255],
        source=line.source[:100],
        app_id=line.app_id[:64],
        details=line.details,
        digest=line.digest,
        at=line.at,
    )


def _read_line(row: Mapping[str, str]) -> Line:
    try:
        at = datetime.strptime(row["Time"].strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        kind, remote_id = row[HEADER].strip().upper().replace(" ", "_"), row["Object ID"].strip()
    except (KeyError, ValueError) as error:
        raise _refuse("a line of the change log has no time or no object") from error
    details = row.get("Activity details") or ""
    try:
        told = json.loads(details)
    except ValueError:
        told = details  # shown as it stands
    return Line(
        at=at,
        kind=kind,
        remote_id=remote_id,
        name=row.get("Object") or "",
        operator=row.get("Operator") or "",
        source=row.get("Source") or "",
        app_id=row.get("App ID") or "",
        details=told,
        digest=hashlib.sha256("\x1f".join(map(str, row.values())).encode()).hexdigest(),
    )


def _refuse(said: str) -> TikTokError:
    return TikTokError(Meaning.UNSURE, said, endpoint=_DOWNLOAD)
