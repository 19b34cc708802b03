"""The change log, by tasks: create, check, download (platform 12.4).

The download is a string that prints a Python dict whose `file_data` is a bytes literal holding a CSV: observed in public code.
Not known: the form of `timezone` (an IANA name or UTC+08:00 here, UTC when absent), how long a task takes (--task-seconds),
what `order_fields` do (nothing here: newest first).
"""

import csv
import io
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from smartplus_admin.sandbox.clock import read_time, to_moment
from smartplus_admin.sandbox.errors import refuse_parameter
from smartplus_admin.sandbox.store import draw_number, dump_json, load_json
from smartplus_admin.sandbox.wire import Call

MODULES = ("BIDDING_AND_OPTIMIZATION", "BUDGET", "STATUS", "TARGETING")
OBJECT_TYPES = ("AD", "ADGROUP", "ADVERTISER", "CAMPAIGN", "INSTANT_FORM")
OPERATIONS = (
    "CREATE",
    "AUDIT",
    "STATUS",
    "UPDATE",
    "DELETE",
    "DOWNLOAD_LEADS",
    "SUBSCRIBE_FORM",
    "UNSUBSCRIBE_FORM",
)
LONGEST = timedelta(days=30)
FIRST_TASK_ID = 7_090_000_000_000_000_001
COUNTERS = (
    ("Budget changes", "BUDGET"),
    ("Bid changes", "BIDDING_AND_OPTIMIZATION"),
    ("Status changes", "STATUS"),
)
COLUMNS = (
    "Time",
    "log_object_type",
    "Object ID",
    "Object",
    "Operator",
    "Source",
    "App ID",
    "Activity details",
)


def create_task(call: Call) -> dict[str, Any]:
    zone = _read_zone(call.text("timezone"))
    start, end = (_read_bound(call, name, zone) for name in ("start_time", "end_time"))
    if not start <= end or end - start > LONGEST.total_seconds():
        raise refuse_parameter("end_time", f"must be after start_time and at most {LONGEST.days} days later.")
    operations = call.texts("operation_types")
    for word in operations:
        if word not in OPERATIONS:
            raise refuse_parameter("operation_types", f"{word} is not a valid value.")
    asked = {
        "at": call.now,
        "start": start,
        "end": end,
        "timezone": call.text("timezone"),
        "module": _read_word(call, "module", MODULES),
        "object_type": _read_word(call, "object_type", OBJECT_TYPES),
        "object_ids": call.texts("object_ids"),
        "operations": operations,
    }
    task_id = str(draw_number(call.db, "changelog_task", FIRST_TASK_ID))
    call.shelf.add("changelog_task", task_id, asked)
    return {"task_id": task_id}


def check_task(call: Call) -> dict[str, Any]:
    return {"status": _tell_status(call, _find_task(call))}


def download_task(call: Call) -> dict[str, Any]:
    task = _find_task(call)
    status = _tell_status(call, task)
    if status != "SUCCESS":
        return {"status": status, "changelog": ""}
    name = f"changelog_{call.advertiser_id}_{call.text('task_id')}.csv"
    printed = repr({"file_data": _write_csv(call, task).encode(), "file_name": name})
    return {"status": status, "changelog": printed}


def _find_task(call: Call) -> dict[str, Any]:
    task_id = call.text("task_id", required=True)
    task = call.shelf.find("changelog_task", task_id)
    if task is None:
        raise refuse_parameter("task_id", f"{task_id} does not exist.")
    return task


def _tell_status(call: Call, task: dict[str, Any]) -> str:
    return "SUCCESS" if call.now >= task["at"] + call.config.task_seconds else "PROCESSING"


def _write_csv(call: Call, task: dict[str, Any]) -> str:
    zone = _read_zone(task["timezone"])
    rows = call.db.execute(
        "SELECT * FROM change WHERE advertiser_id = ? AND at >= ? AND at <= min(?, ?) AND (? = '' OR module = ?)"
        " AND (? = '' OR object_type = ?) AND (? = '[]' OR object_id IN (SELECT value FROM json_each(?)))"
        " AND (? = '[]' OR operation IN (SELECT value FROM json_each(?))) ORDER BY seq DESC",
        (
            call.advertiser_id,
            task["start"],
            task["end"],
            task["at"],
            *(task["module"],) * 2,
            *(task["object_type"],) * 2,
            *(dump_json(task["object_ids"]),) * 2,
            *(dump_json(task["operations"]),) * 2,
        ),
    ).fetchall()
    file = io.StringIO()
    writer = csv.writer(file)
    for title, module in COUNTERS:
        writer.writerow(
            (title, sum(row["module"] == module and row["operation"] != "CREATE" for row in rows))
        )
    writer.writerow(())
    writer.writerow(COLUMNS)
    for row in rows:
        at = f"{to_moment(row['at']).astimezone(zone):%Y-%m-%d %H:%M:%S}"
        who = (row["operator"], row["source"], row["app_id"])
        details = dump_json(load_json(row["details"]))
        writer.writerow((at, row["object_type"], row["object_id"], row["object_name"], *who, details))
    return file.getvalue()


def _read_word(call: Call, name: str, words: tuple[str, ...]) -> str:
    word = call.text(name)
    if word and word not in words:
        raise refuse_parameter(name, f"{word} is not a valid value.")
    return word


def _read_bound(call: Call, name: str, zone: tzinfo) -> float:
    try:
        utc = read_time(call.text(name, required=True))
    except ValueError as error:
        raise refuse_parameter(name, "must be YYYY-MM-DD HH:MM:SS.") from error
    return to_moment(utc).replace(tzinfo=zone).timestamp()


def _read_zone(text: str) -> tzinfo:
    try:
        if text.upper().startswith(("UTC+", "UTC-")):
            return timezone(datetime.strptime(text[3:], "%z").utcoffset() or timedelta())
        return ZoneInfo(text) if text else UTC
    except (ValueError, KeyError, OSError) as error:  # ZoneInfo raises each for names that are none
        raise refuse_parameter("timezone", f"{text} is not a time zone.") from error
