"""The columns of the grid: which there are, which one sees, by what names a pasted head knows them, and which must be
equal in all ad groups."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.contract.choices import UNIFORM_WITH_CBO, UNIFORM_WITHOUT_CBO, UNSENT_MEANS
from campaigns.contract.dialect import WORDS
from campaigns.contract.levels import Level
from campaigns.contract.limits import CREATIVES_PER_AD
from campaigns.contract.paths import find_at
from campaigns.contract.shape import read_money
from campaigns.models import Thing
from campaigns.web.forms import Field, Form, Scene
from campaigns.web.forms_ad import CREATIVES, draw_ad_form
from campaigns.web.forms_adgroup import draw_adgroup_form
from campaigns.web.grid_cells import KINDS, Names

_LEFT_OUT = ("deeplink_list",)  # an address with a kind beside it does not go into one cell
# What is seen before anybody chose: what one sets for each, and what matters to a row or is filled in one
_FIRST_ADGROUP = (
    "adgroup_name",
    "optimization_goal",
    "optimization_event",
    "bid_type",
    "conversion_bid_price",
    "bid_price",
    "budget_mode",
    "budget",
    "schedule_type",
    "schedule_start_time",
    "schedule_end_time",
    "targeting_optimization_mode",
    "targeting_spec/location_ids",
    "targeting_spec/age_groups",
    "placement_type",
    "placements",
)
_FIRST_AD = (
    "ad_name",
    "ad_text_list",
    "landing_page_url_list",
    "call_to_action_list",
    "ad_configuration/call_to_action_id",
    "video_info/video_id",
    "image_info",
    "tiktok_item_id",
    "identity_type",
    "identity_id",
)


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One member of all rows. `equal`: whether the rules want one value for all."""

    field: Field
    title: str
    level: Level
    equal: bool = False

    @property
    def path(self) -> str:
        return self.field.path

    @property
    def id(self) -> str:
        return "col-" + self.path.replace("/", "-")

    @property
    def member(self) -> str:
        return self.path.rpartition("/")[2]

    def weigh(self, text: str, names: Mapping[str, Names]) -> str:
        """What counts when cells must be equal: `COMPLETE_PAYMENT` is `SHOPPING` and *Purchase*, 15 is 15.00, nothing is the
        default. `names` are those of things, by what is suggested in a cell."""
        known = names.get(self.field.suggest)
        text = known.ids.get(text.lower(), text) if known else text
        if self.field.kind == "money" and text:
            try:
                return str(read_money(text).normalize())
            except ValueError:
                return text
        sent, _ = WORDS[self.level].get(self.path.replace("/", "."), {}).get(text, (text, ""))
        return sent or str(UNSENT_MEANS.get(self.path, ""))

    @property
    def names(self) -> frozenset[str]:
        """What the head of a pasted column may say for it."""
        further = self.path.startswith(f"{CREATIVES}/") and not self.path.startswith(f"{CREATIVES}/0/")
        said = [self.title, self.title.removesuffix("s"), self.path, self.path.replace("/", ".")]
        said += [] if further else [self.member, *self.field.inner]
        said += [self.level.label] if self.path == self.level.name_member else []
        return frozenset(plain(name) for text in said for name in (text, f"{self.level.label} {text}"))


def plain(text: str) -> str:
    """A head without what people write differently: case, spaces, underscores, a unit in brackets."""
    return re.sub(r"[\W_]+", "", re.sub(r"\(.*?\)", "", text).lower())


def list_columns(level: Level, things: Iterable[Thing], scene: Scene) -> tuple[Column, ...]:
    """Every column that a level has; ads have those of as many creatives as the fullest one."""
    form = draw_adgroup_form(scene) if level is Level.ADGROUP else _draw_ads(things)
    names = UNIFORM_WITH_CBO if scene.cbo else UNIFORM_WITHOUT_CBO
    equal = frozenset(names) if level is Level.ADGROUP else frozenset()
    found = [
        Column(field, _title(field, section.row, section.id, level), level, field.path in equal)
        for section in form.sections
        for field in section.fields
        if field.kind in KINDS and field.path not in _LEFT_OUT
    ]
    return tuple(sorted(found, key=_order) if level is Level.AD else found)


def _order(column: Column) -> int:
    """Of ads what is said and where it leads comes before the creatives, which may be many."""
    return _FIRST_AD.index(column.path) if column.path in _FIRST_AD else len(_FIRST_AD)


def _title(field: Field, row: int | None, section: str, level: Level) -> str:
    if row is not None:
        return f"{field.label} {row + 1}" if row else field.label
    if section == "calls":
        return "Call to action" if field.kind == "objects" else f"Call to action, {field.label.lower()}"
    # the ad's own identity has the labels of its creatives'
    return f"{field.label}, whole ad" if level is Level.AD and section == "identity" else field.label


def _draw_ads(things: Iterable[Thing]) -> Form:
    counts = [len(given) for thing in things if isinstance(given := thing.wanted.get(CREATIVES), list)]
    most = min(max(counts, default=0), CREATIVES_PER_AD)
    blank: list[dict[str, Any]] = [{} for _ in range(max(most, 1))]
    return draw_ad_form({CREATIVES: blank})


def choose_columns(
    columns: Sequence[Column], asked: Sequence[str], rows: Sequence[tuple[Mapping[str, Any], Scene]]
) -> tuple[Column, ...]:
    """Those that the address names, else the first ones as far as they matter to a row; always the name."""
    if asked:
        chosen = frozenset(asked)
        return (columns[0], *(column for column in columns[1:] if column.path in chosen))
    return (
        columns[0],
        *(column for column in columns[1:] if _is_first(column) and _matters(column.field, rows)),
    )


def _is_first(column: Column) -> bool:
    first = _FIRST_ADGROUP if column.level is Level.ADGROUP else _FIRST_AD
    if column.path in first:
        return True
    inner = column.path.partition("/creative_info/")[2] or column.path.removeprefix("ad_configuration/")
    return column.level is Level.AD and inner in first


def _matters(field: Field, rows: Sequence[tuple[Mapping[str, Any], Scene]]) -> bool:
    return any(_holds(field, wanted) or field.when(scene) for wanted, scene in rows)


def _holds(field: Field, wanted: Mapping[str, Any]) -> bool:
    value = find_at(wanted, field.path)
    return value not in (None, "", [], {}, False) and value != field.default
