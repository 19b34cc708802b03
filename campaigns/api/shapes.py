"""What REST takes and gives, written down once: the OpenAPI components, and how rows of lists are shown.

Shapes describe; they judge nothing. The members of trees come from the contract.
"""

from typing import Any, ClassVar

from rest_framework import serializers

from campaigns import queries
from campaigns.api.trees import show_row
from campaigns.contract.levels import Level
from campaigns.models.campaign import State
from campaigns.rules.findings import FindingLevel

Described = dict[str, Any]

TEXT: Described = {"type": "string"}
TEXT_OR_NULL: Described = {"type": ["string", "null"]}
NUMBER: Described = {"type": "integer"}
TIME: Described = {"type": "string", "format": "date-time"}
ANYTHING: Described = {}
TIME_OR_NULL: Described = {**TIME, "type": ["string", "null"]}
AMOUNT: Described = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "examples": ["500.00"]}
AMOUNT_OR_NULL: Described = {**AMOUNT, "type": ["string", "null"]}


def words(*values: str) -> Described:
    return {"type": "string", "enum": [str(value) for value in values]}


class Shape(serializers.Serializer[Any]):
    """A component of the document: its members, all of them there unless optional.

    A member is described by a schema, by another Shape, by [one of these] for a list or by (several) to choose from.
    """

    about: ClassVar[str] = ""
    members: ClassVar[dict[str, Any]] = {}
    optional: ClassVar[tuple[str, ...]] = ()


class ChangeShape(Shape):
    """Members of one object, with the version looked at and the yes to confirms. The members come from the contract."""

    about = "New values for members of one object; the others stay."
    level: ClassVar[Level]
    child: ClassVar[type["TreeShape"] | None] = None  # of what is added with everything below it


class Words(Shape):
    """A component of its own for a closed list of words that several shapes hold."""

    known: ClassVar[tuple[str, ...]] = ()


class TreeShape(Shape):
    """An object of the tree. Its members come from the contract, its children are the next level's shape."""

    level: ClassVar[Level]
    child: ClassVar[type["TreeShape"] | None] = None


class ObjectState(Words):
    about = "The state of an object of the tree."
    known = tuple(State.values)


class StepState(Words):
    about = (
        "The state of a step of a launch. not_made: no call asks for it, as of a cancelled launch or of what was added since. "
        "removed: TikTok holds it no more."
    )
    known = queries.STEP_STATES


class ObjectLevel(Words):
    known = tuple(level.value for level in Level)


class Gravity(Words):
    about = "refuse: cannot leave. escalate: a manager must approve. confirm: say yes. advice: a word along."
    known = tuple(level.value for level in FindingLevel)


class ChangeOfField(Shape):
    members = {"path": TEXT, "value": ANYTHING}


class Fix(Shape):
    about = "A repair that can be applied as it stands: members set by path; null takes one away."
    members = {"label": TEXT, "changes": [ChangeOfField]}


class Finding(Shape):
    about = "What a rule says. `path` points into the tree in TikTok's names: `adgroups/3/bid_type`."
    members = {
        "rule": TEXT,
        "level": Gravity,
        "path": TEXT,
        "message": TEXT,
        "fix": (Fix, None),
        "source": TEXT,
    }


class PathProblem(Shape):
    members = {"path": TEXT, "message": TEXT}


class Problem(Shape):
    about = "RFC 9457. `code` is stable; `version` is the one that stands when yours is stale."
    members = {
        "type": TEXT,
        "title": TEXT,
        "status": NUMBER,
        "detail": TEXT,
        "code": TEXT,
        "problems": [PathProblem],
        "findings": [Finding],
        "version": NUMBER,
    }
    optional = ("code", "problems", "findings", "version")


class Creates(Shape):
    members = {level.value: NUMBER for level in Level}


class Exposure(Shape):
    about = "The most that can be spent, in the account's currency; null = no upper bound."
    members = {
        "currency": TEXT,
        "worst_day": {**AMOUNT, "type": ["string", "null"]},
        "worst_week": {**AMOUNT, "type": ["string", "null"]},
        "total": {**AMOUNT, "type": ["string", "null"]},
    }


class PlanSummary(Shape):
    members = {"creates": Creates, "calls": NUMBER, "exposure": Exposure}


_SHARE: Described = {"type": "number", "minimum": 0, "maximum": 1}
_SHARE_OR_NULL: Described = {**_SHARE, "type": ["number", "null"]}


class CostPerResult(Shape):
    about = (
        "In the account's currency. target: what was typed. past: what so many conversions of the event have cost the account "
        "between two days (both inclusive), as read at `read_at`."
    )
    members = {
        "amount": AMOUNT,
        "source": words("target", "past"),
        "conversions": {"type": ["integer", "null"]},
        "first": {"type": ["string", "null"], "format": "date"},
        "last": {"type": ["string", "null"], "format": "date"},
        "read_at": {"type": ["string", "null"], "format": "date-time"},
    }


class AdGroupOutlook(Shape):
    about = (
        "`budget_per_day`: its own, or an even share of the campaign's. `results_per_week`: lower end of the 80 % interval, "
        "median, upper end. `unknown`: what is missing and what would make it known; then the figures are null."
    )
    members = {
        "path": TEXT,
        "label": TEXT,
        "budget_per_day": AMOUNT_OR_NULL,
        "cost": (CostPerResult, None),
        "results_per_week": {"type": ["array", "null"], "items": {"type": "number"}},
        "chance": _SHARE_OR_NULL,
        "enough_per_day": AMOUNT_OR_NULL,
        "unknown": TEXT_OR_NULL,
    }


class LaunchForecast(Shape):
    about = (
        "Can this budget at this cost feed these ad groups? `chance`: of the weakest to leave learning in time; "
        "`enough_per_day`: the budgets a day, together, from which it is `enough` for each."
    )
    members = {
        "adgroups": [AdGroupOutlook],
        "results_per_week": {"type": ["number", "null"]},
        "chance": _SHARE_OR_NULL,
        "enough": _SHARE,
        "enough_per_day": AMOUNT_OR_NULL,
        "unknown": TEXT_OR_NULL,
    }


class JudgedPlan(Shape):
    about = "`forecast` is null while the tree has no ad group."
    members = {**PlanSummary.members, "forecast": (LaunchForecast, None)}


class Repair(Shape):
    about = (
        "The fewest changes that leave no refusal; of equal ones the one that can spend least. Never applied by itself: "
        "set `changes` in your tree, and ask before one that raises exposure."
    )
    members = {
        "label": TEXT,
        "changes": [ChangeOfField],
        "raises_exposure": {"type": "boolean"},
        "exposure_before": Exposure,
        "exposure_after": Exposure,
    }


class Judged(Shape):
    about = "`repair` is there when it was asked for; null where nothing enumerable mends the tree."
    members = {"findings": [Finding], "plan": JudgedPlan, "repair": (Repair, None)}
    optional = ("repair",)


class PlanField(Shape):
    about = (
        "One field of a call. `because` says why it is not sent as typed; null where it is. `remote` is what TikTok holds, null "
        "for what is to be made."
    )
    members = {
        "path": TEXT,
        "name": TEXT,
        "typed": ANYTHING,
        "sent": ANYTHING,
        "remote": ANYTHING,
        "because": TEXT_OR_NULL,
    }


class PlanStep(Shape):
    members = {
        "level": ObjectLevel,
        "path": TEXT,
        "label": TEXT,
        "endpoint": TEXT,
        "fields": [PlanField],
    }


class Plan(Shape):
    about = "Wanted minus remote: what a launch makes, and what would change of what exists."
    members = {
        "creates": Creates,
        "calls": NUMBER,
        "uploads": {"type": "array", "items": TEXT},
        "exposure": Exposure,
        "steps": [PlanStep],
    }


class StepError(Shape):
    about = (
        "What TikTok, or the road to it, said last. `differences`: what was read back otherwise than planned."
    )
    members = {"code": ANYTHING, "message": ANYTHING, "differences": ANYTHING}
    optional = ("code", "message", "differences")


class Step(Shape):
    members = {
        "object": {**NUMBER, "description": "our id"},
        "level": ObjectLevel,
        "state": StepState,
        "remote_id": TEXT_OR_NULL,
        "error": (StepError, None),
    }


class Progress(Shape):
    about = (
        "`grows`: it adds to what was live already, and the steps are about that alone. `done`: how many stand at TikTok as they "
        "should; what a cancelled launch removed or never made does not. `seconds_left` is an estimate at the "
        "rate that we allow ourselves, with what has to be waited for; null while it does not go on by itself."
    )
    members = {
        "state": ObjectState,
        "done": NUMBER,
        "total": NUMBER,
        "grows": {"type": "boolean"},
        "paused": {"type": "boolean"},
        "cancelled": {"type": "boolean"},
        "calls_left": NUMBER,
        "seconds_left": {"type": ["integer", "null"]},
        "steps": [Step],
    }


class Acknowledgement(Shape):
    members = {"rule": TEXT, "path": TEXT}


class LaunchOrder(Shape):
    about = "`acknowledge` says yes to confirms: one by rule and path, or by a bare rule id at every path."
    members = {
        "version": {**NUMBER, "description": "the one you looked at; may stand in If-Match instead"},
        "acknowledge": [(TEXT, Acknowledgement)],
    }
    optional = ("version", "acknowledge")


class SwitchOrder(Shape):
    members = {"operation_status": words("ENABLE", "DISABLE")}


class Switched(Shape):
    about = "The switch is on its way; `state` is the step's."
    members = {
        "object": NUMBER,
        "level": ObjectLevel,
        "operation_status": words("ENABLE", "DISABLE"),
        "state": StepState,
        "remote_id": TEXT_OR_NULL,
        "error": (StepError, None),
    }


class Ad(TreeShape):
    level = Level.AD


class AdGroup(TreeShape):
    level = Level.ADGROUP
    child = Ad


class Campaign(TreeShape):
    level = Level.CAMPAIGN
    child = AdGroup


class CampaignRow(TreeShape):
    about = "A campaign in a list: its own members, nothing below it."
    level = Level.CAMPAIGN

    def to_representation(self, row: Any) -> dict[str, Any]:
        return show_row(row)
