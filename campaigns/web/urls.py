"""The addresses of the pages. The builder and the review have their own list."""

from django.urls import include, path

from campaigns.web import (
    accounts,
    audit,
    campaign,
    changing,
    finder,
    home,
    notices,
    people,
    policy,
    progress,
    rules,
    signing_in,
    switches,
    system,
    tokens,
    webhooks,
)

urlpatterns = [
    path("", home.show_home, name="home"),
    path("campaigns/<int:pk>/", campaign.show_campaign, name="campaign"),
    path("campaigns/<int:pk>/status/", switches.switch_campaign, name="campaign-status"),
    path("campaigns/<int:pk>/change/", changing.change_thing, name="campaign-change"),
    path("campaigns/<int:pk>/launch/", progress.show_progress, name="launch-progress"),
    path("accounts/", accounts.show_accounts, name="accounts"),
    path("notices/", notices.show_notices, name="notices"),
    path("rules/", rules.show_rules, name="rules"),
    path("policy/", policy.show_policy, name="policy"),
    path("person/", people.edit_person, name="person"),
    path("find/", finder.find, name="find"),
    path("system/", system.show_system, name="system"),
    path("audit/", audit.show_audit, name="audit"),
    path("audit/journal.csv", audit.export_audit, name="audit-export"),
    path("tokens/", tokens.show_tokens, name="tokens"),
    path("tokens/<str:key>/revoke/", tokens.revoke_token, name="token-revoke"),
    path("webhooks/", webhooks.show_webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.act_on_webhook, name="webhook"),
    path("login/code/", signing_in.ask_code, name="login-code"),
    path("person/doors/", signing_in.show_doors, name="doors"),
    path("login/", signing_in.Login.as_view(), name="login"),
    path("logout/", signing_in.Logout.as_view(), name="logout"),
    path("", include("campaigns.web.builder_urls")),
]
