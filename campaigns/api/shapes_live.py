"""What REST takes and gives about what exists at TikTok: changes, switches of many, growth and the launch's control."""

from campaigns.api.rows import ChangeRow
from campaigns.api.shapes import NUMBER, TEXT, Ad, ChangeShape, ObjectLevel, Shape, Switched, words
from campaigns.api.shapes_proposals import ProposalRow
from campaigns.contract.levels import Level


class CampaignChange(ChangeShape):
    level = Level.CAMPAIGN


class AdGroupChange(ChangeShape):
    level = Level.ADGROUP


class AdChange(ChangeShape):
    level = Level.AD


class ChangeUnderWay(Shape):
    about = (
        "Booked and on its way. `spread`: other ad groups to which TikTok carries the price (R41). `version` is the object's "
        "new one."
    )
    members = {"change": ChangeRow, "spread": [ChangeRow], "version": NUMBER}


class ChangeOrProposal(Shape):
    about = "A change that is on its way; or `proposal` alone: the gate did not let it through, it waits for a manager."
    members = {**ChangeUnderWay.members, "proposal": ProposalRow}
    optional = tuple(members)


class GrownOrProposal(Shape):
    about = (
        "The object as it stands, on its way; or `proposal` alone: inside learning it waits for a manager."
    )
    members = {"id": NUMBER, "proposal": ProposalRow}
    optional = tuple(members)


class SwitchedOrProposal(Shape):
    about = "A switch that is on its way; or `proposal` alone: starting it again waits for a manager."
    members = {**Switched.members, "proposal": ProposalRow}
    optional = tuple(members)


class ObjectName(Shape):
    members = {"level": ObjectLevel, "id": {**NUMBER, "description": "our id"}}


class ManySwitches(Shape):
    about = "All or none; every object goes out in as few calls as TikTok takes."
    members = {"operation_status": words("ENABLE", "DISABLE"), "objects": [ObjectName]}


class ManySwitched(Shape):
    about = "All are on their way; or `proposal` alone: starting them waits for a manager."
    members = {"switched": [Switched], "proposal": ProposalRow}
    optional = tuple(members)


class NewAdGroup(ChangeShape):
    about = "An ad group with its ads. Under CBO it shares ten fields with its live siblings (U1)."
    level = Level.ADGROUP
    child = Ad


class NewAd(ChangeShape):
    about = "An ad."
    level = Level.AD


class ReconcileOrder(Shape):
    about = (
        "`theirs`: the paths whose values are planned as TikTok holds them; the others become as planned. `raises_exposure` is "
        "the yes to more being spent by that."
    )
    members = {
        "theirs": {"type": "array", "items": TEXT},
        "raises_exposure": {"type": "boolean"},
    }
    optional = ("theirs", "raises_exposure")


class CancelOrder(Shape):
    about = "What becomes of what was made: removed at TikTok, or kept and switched off."
    members = {"created": words("remove", "keep")}
