"""What REST says of the house itself: the rule book and the house numbers."""

from campaigns.api.shapes import AMOUNT, ANYTHING, TEXT, TIME, Gravity, Shape, words

LINK = {"type": ["string", "null"], "format": "uri"}
NUMBER_OR_NULL = {**AMOUNT, "type": ["string", "null"]}


class Contradiction(Shape):
    about = "Where TikTok's documents and the guides differ, and which side is sent."
    members = {"id": TEXT, "topic": TEXT, "one": TEXT, "other": TEXT, "follow": TEXT}


class BrokenExample(Shape):
    about = "Members set in a sound tree of the kind `base`; `~` takes one away. The finding stands at `at`."
    members = {"base": TEXT, "set": {"type": "object", "additionalProperties": ANYTHING}, "at": TEXT}


class RulePassport(Shape):
    about = "A rule. `subject`: tree = what is sent, edit = what changes of something live."
    members = {
        "id": TEXT,
        "level": Gravity,
        "sentence": TEXT,
        "source": TEXT,
        "subject": words("tree", "edit"),
        "contradictions": [Contradiction],
        "example": BrokenExample,
    }


class RuleList(Shape):
    about = "The whole book in one page."
    members = {"next": LINK, "previous": LINK, "results": [RulePassport]}


class OwnNumber(Shape):
    members = {"value": AMOUNT, "actor": TEXT, "at": TIME, "reason": TEXT}


class HouseFigure(Shape):
    about = (
        "A house number. `value` is what holds, `house` what holds without the account's own. "
        "Where `least` and `most` are null no account may have its own."
    )
    members = {
        "name": TEXT,
        "value": AMOUNT,
        "house": AMOUNT,
        "unit": TEXT,
        "source": TEXT,
        "owner": TEXT,
        "least": NUMBER_OR_NULL,
        "most": NUMBER_OR_NULL,
        "own": (OwnNumber, None),
    }


class HouseFigureList(Shape):
    about = "All house numbers in one page."
    members = {"next": LINK, "previous": LINK, "results": [HouseFigure]}


class FigureOrder(Shape):
    about = "`value` null gives the number back to the house."
    members = {
        "advertiser_id": TEXT,
        "value": {"type": ["string", "number", "null"], "examples": ["10", 10]},
        "reason": TEXT,
    }
