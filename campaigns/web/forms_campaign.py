"""The form of a campaign."""

from campaigns.contract.levels import Level
from campaigns.web.forms import Field, Form, Scene, Section
from campaigns.web.forms_words import list_words

LEVEL = Level.CAMPAIGN


def _has_amount(scene: Scene) -> bool:
    return scene.members.get("budget_mode") != "BUDGET_MODE_INFINITE"


def _is_app(scene: Scene) -> bool:
    return scene.members.get("objective_type") == "APP_PROMOTION"


def draw_campaign_form() -> Form:
    return Form.of(
        Section(
            "basics",
            "Campaign",
            (
                Field("campaign_name", "Name", example="Spring Sale - Smart+ Web"),
                Field(
                    "objective_type",
                    "Objective",
                    "word",
                    options=list_words(LEVEL, "objective_type"),
                    blank="Choose an objective",
                ),
                Field(
                    "sales_destination",
                    "Destination",
                    "word",
                    options=list_words(LEVEL, "sales_destination"),
                    blank="Website, unless you say otherwise",
                    when=lambda scene: scene.members.get("objective_type") == "WEB_CONVERSIONS",
                ),
                Field(
                    "app_promotion_type",
                    "App promotion",
                    "word",
                    options=list_words(LEVEL, "app_promotion_type"),
                    blank="Choose one",
                    when=_is_app,
                ),
                Field("app_id", "App", when=_is_app, hint="TikTok's id of the app."),
            ),
        ),
        Section(
            "budget",
            "Budget",
            (
                Field(
                    "budget_optimize_on",
                    "Campaign budget (CBO)",
                    "flag",
                    default=True,
                    hint="One budget, which TikTok shares out among the ad groups. Off: each ad group has its own.",
                ),
                Field(
                    "budget_mode",
                    "Budget mode",
                    "word",
                    options=list_words(LEVEL, "budget_mode"),
                    blank="TikTok's default",
                ),
                Field("budget", "Budget", "money", example="500.00", when=_has_amount),
                Field(
                    "budget_auto_adjust_strategy",
                    "Automatic increase",
                    "word",
                    options=list_words(LEVEL, "budget_auto_adjust_strategy"),
                    blank="Off, TikTok's default",
                    hint="On: TikTok may raise a day's budget by a fifth, up to ten times.",
                    when=lambda scene: scene.members.get("budget_mode") == "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
                ),
            ),
        ),
        Section(
            "more",
            "Categories and billing",
            (
                Field(
                    "special_industries",
                    "Special ad categories",
                    "words",
                    options=list_words(LEVEL, "special_industries"),
                    hint="Only for accounts registered in the US or Canada.",
                ),
                Field("po_number", "Order number", hint="Printed on TikTok's invoice."),
            ),
        ),
    )
