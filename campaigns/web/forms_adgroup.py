"""The form of an ad group. Which targeting binds and which only hints follows TikTok's tables (R51-R53)."""

from campaigns.contract.choices import TARGETING_CONTROLS
from campaigns.contract.levels import Level
from campaigns.web.forms import Field, Form, Scene, Section
from campaigns.web.forms_words import list_words

LEVEL = Level.ADGROUP


def _goal(scene: Scene, *goals: str) -> bool:
    return scene.members.get("optimization_goal") in goals


def _capped(scene: Scene) -> bool:
    return scene.members.get("bid_type") == "BID_TYPE_CUSTOM"


def _timed(scene: Scene) -> bool:
    return scene.members.get("schedule_type") == "SCHEDULE_START_END"


def _places(scene: Scene) -> bool:
    return scene.members.get("placement_type") == "PLACEMENT_TYPE_NORMAL"


def draw_adgroup_form(scene: Scene) -> Form:
    return Form.of(
        _basics(), _goals(), _bids(), _budget(), _schedule(), *_targeting(scene), _placement(), _toggles()
    )


def _basics() -> Section:
    return Section(
        "basics",
        "Ad group",
        (
            Field("adgroup_name", "Name", example="Auto Targeting - Conversions"),
            Field(
                "promotion_type",
                "What is promoted",
                "word",
                options=list_words(LEVEL, "promotion_type"),
                blank="Choose one",
            ),
        ),
    )


def _goals() -> Section:
    return Section(
        "goal",
        "Goal",
        (
            Field(
                "optimization_goal",
                "Optimise for",
                "word",
                options=list_words(LEVEL, "optimization_goal"),
                blank="Choose a goal",
            ),
            Field(
                "pixel_id",
                "Pixel",
                suggest="pixels",
                hint="Choose one of the account's, or type its id or code.",
                when=lambda scene: _goal(scene, "CONVERT", "VALUE"),
            ),
            Field(
                "optimization_event",
                "Event",
                suggest="events",
                hint="TikTok's word or the guides', such as COMPLETE_PAYMENT.",
                when=lambda scene: _goal(scene, "CONVERT", "VALUE", "IN_APP_EVENT"),
            ),
            Field(
                "billing_event",
                "Billing",
                "word",
                options=list_words(LEVEL, "billing_event"),
                blank="Choose one",
            ),
        ),
    )


def _bids() -> Section:
    return Section(
        "bid",
        "Bid",
        (
            Field(
                "bid_type",
                "Strategy",
                "word",
                options=list_words(LEVEL, "bid_type"),
                blank="Choose a strategy",
            ),
            Field(
                "conversion_bid_price",
                "Target cost per result",
                "money",
                example="15.00",
                when=lambda scene: _capped(scene) and not _goal(scene, "CLICK"),
            ),
            Field(
                "bid_price",
                "Price per click",
                "money",
                example="0.50",
                when=lambda scene: _capped(scene) and _goal(scene, "CLICK"),
            ),
            Field(
                "deep_bid_type",
                "Value bidding",
                "word",
                options=list_words(LEVEL, "deep_bid_type"),
                blank="None",
                when=lambda scene: _goal(scene, "VALUE"),
            ),
            Field(
                "roas_bid",
                "Minimum ROAS",
                "text",
                example="1.50",
                when=lambda scene: scene.members.get("deep_bid_type") == "VO_MIN_ROAS",
            ),
            Field(
                "vbo_window",
                "Value window",
                "word",
                options=list_words(LEVEL, "vbo_window"),
                blank="7 days, TikTok's default",
                when=lambda scene: _goal(scene, "VALUE"),
            ),
        ),
    )


def _budget() -> Section:
    def own(scene: Scene) -> bool:
        return not scene.cbo

    modes = list_words(LEVEL, "budget_mode")
    return Section(
        "budget",
        "Budget",
        (
            Field("budget_mode", "Budget mode", "word", options=modes, blank="Choose a mode", when=own),
            Field("budget", "Budget", "money", example="200.00", when=own),
            Field(
                "min_budget",
                "Minimum spend",
                "money",
                hint="What this ad group gets at least, out of the campaign's budget.",
                when=lambda scene: (
                    scene.cbo
                    and scene.campaign.get("budget_mode") == "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"
                    and not _capped(scene)
                ),
            ),
            Field("max_budget", "Maximum spend", "money", when=lambda scene: False),
        ),
    )


def _schedule() -> Section:
    return Section(
        "schedule",
        "Schedule",
        (
            Field(
                "schedule_type",
                "Runs",
                "word",
                options=list_words(LEVEL, "schedule_type"),
                blank="Choose one",
            ),
            Field(
                "schedule_start_time",
                "Start",
                "moment",
                hint="Empty: when it is launched.",
                when=_timed,
            ),
            Field("schedule_end_time", "End", "moment", when=_timed),
            Field(
                "dayparting",
                "Hours of the week",
                "week",
            ),
        ),
    )


def _spec(path: str, label: str, kind: str, **rest: object) -> Field:
    full = f"targeting_spec/{path}"
    words = list_words(LEVEL, full) if kind in ("word", "words") else ()
    return Field(full, label, kind, options=words, **rest)  # type: ignore[arg-type]


def _targeting(scene: Scene) -> tuple[Section, ...]:
    def suggested(scene: Scene) -> bool:
        return scene.manual or scene.members.get("suggestion_audience_enabled") is True

    mode = Field(
        "targeting_optimization_mode",
        "Audience",
        "word",
        options=list_words(LEVEL, "targeting_optimization_mode"),
        default="AUTOMATIC",
        hint="Automatic: TikTok looks for buyers inside the controls. Manual: exactly whom you describe.",
    )
    spec = {
        "location_ids": _spec(
            "location_ids",
            "Locations",
            "list",
            suggest="places",
            hint="Countries and their states. Empty: the account's own country.",
        ),
        "spc_audience_age": _spec(
            "spc_audience_age",
            "Minimum age",
            "word",
            blank="18 and over, TikTok's default",
            when=lambda s: not s.manual,
        ),
        "languages": _spec("languages", "Languages", "list", suggest="languages", hint="Empty: all."),
        "operating_systems": _spec("operating_systems", "Operating system", "words"),
        "excluded_audience_ids": _spec(
            "excluded_audience_ids", "Excluded audiences", "list", suggest="audiences", hint="Never reached."
        ),
        "age_groups": _spec("age_groups", "Ages", "words", when=suggested),
        "gender": _spec("gender", "Gender", "word", blank="All", when=suggested),
        "audience_ids": _spec(
            "audience_ids", "Included audiences", "list", suggest="audiences", when=suggested
        ),
        "interest_category_ids": _spec(
            "interest_category_ids", "Interests", "list", suggest="interests", when=suggested
        ),
    }
    hard = [field for name, field in spec.items() if name in TARGETING_CONTROLS]
    soft = [field for name, field in spec.items() if name not in TARGETING_CONTROLS]
    switch = Field(
        "suggestion_audience_enabled",
        "Give suggestions",
        "flag",
        hint="TikTok starts from these people and may go beyond them.",
        when=lambda s: not s.manual,
    )
    manual = scene.manual
    return (
        Section("targeting", "Targeting", (mode,)),
        Section(
            "controls",
            "Audience" if manual else "Audience controls",
            tuple(hard),
            "Nobody outside is reached." if manual else "Hard: nobody outside is ever reached.",
            "hard",
        ),
        Section(
            "suggestions",
            "Audience, more" if manual else "Audience suggestions",
            (switch, *soft),
            "Hard as well: manual targeting leaves nothing to TikTok."
            if manual
            else "Soft hints: TikTok may go beyond them.",
            "hard" if manual else "soft",
        ),
    )


def _placement() -> Section:
    return Section(
        "placement",
        "Placement",
        (
            Field(
                "placement_type",
                "Where it appears",
                "word",
                options=list_words(LEVEL, "placement_type"),
                default="PLACEMENT_TYPE_AUTOMATIC",
            ),
            Field(
                "placements", "Placements", "words", options=list_words(LEVEL, "placements")[:3], when=_places
            ),
        ),
    )


def _toggles() -> Section:
    return Section(
        "toggles",
        "What people may do",
        (
            Field("comment_disabled", "No comments", "flag", default=False),
            Field("share_disabled", "No sharing", "flag", default=False),
            Field("video_download_disabled", "No downloads", "flag", default=False),
            Field("favorite_counts_disabled", "Hide favourite count", "flag", when=lambda scene: False),
            Field("like_counts_disabled", "Hide like count", "flag", when=lambda scene: False),
        ),
    )
