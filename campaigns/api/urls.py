"""The addresses of REST (design section 6)."""

from django.urls import path

from campaigns.api import (
    accounts,
    campaigns,
    changing,
    docs,
    growing,
    house,
    journal,
    launching,
    tokens,
    webhooks,
)

urlpatterns = [
    path("advertisers/", accounts.Advertisers.as_view(), name="api-advertisers"),
    path("campaigns/", campaigns.Campaigns.as_view(), name="api-campaigns"),
    path("campaigns/validate/", campaigns.Validation.as_view(), name="api-validate"),
    path("campaigns/<int:pk>/", campaigns.OneCampaign.as_view(), name="api-campaign"),
    path("campaigns/<int:pk>/adgroups/", growing.NewAdGroup.as_view(), name="api-new-adgroup"),
    path("adgroups/<int:pk>/ads/", growing.NewAd.as_view(), name="api-new-ad"),
    path("campaigns/<int:pk>/launch/", launching.CampaignLaunch.as_view(), name="api-launch"),
    path("campaigns/<int:pk>/plan/", campaigns.CampaignPlan.as_view(), name="api-plan"),
    path("campaigns/<int:pk>/status/", launching.CampaignStatus.as_view(), name="api-campaign-status"),
    path("adgroups/<int:pk>/", changing.OneAdGroup.as_view(), name="api-adgroup"),
    path("ads/<int:pk>/", changing.OneAd.as_view(), name="api-ad"),
    path("status/", launching.ManyStatuses.as_view(), name="api-statuses"),
    path("adgroups/<int:pk>/status/", launching.AdGroupStatus.as_view(), name="api-adgroup-status"),
    path("ads/<int:pk>/status/", launching.AdStatus.as_view(), name="api-ad-status"),
    path("rules/", house.Rules.as_view(), name="api-rules"),
    path("policy/", house.HousePolicy.as_view(), name="api-policy"),
    path("policy/<str:name>/", house.OneFigure.as_view(), name="api-figure"),
    path("changes/", journal.Changes.as_view(), name="api-changes"),
    path("flips/", journal.Flips.as_view(), name="api-flips"),
    path("notices/", webhooks.Notices.as_view(), name="api-notices"),
    path("webhooks/", webhooks.Webhooks.as_view(), name="api-webhooks"),
    path("webhooks/<int:pk>/", webhooks.OneWebhook.as_view(), name="api-webhook"),
    path("webhooks/<int:pk>/test/", webhooks.WebhookTest.as_view(), name="api-webhook-test"),
    path("webhooks/<int:pk>/deliveries/", webhooks.Deliveries.as_view(), name="api-deliveries"),
    path("deliveries/<uuid:key>/again/", webhooks.Redelivery.as_view(), name="api-redelivery"),
    path("tokens/", tokens.Tokens.as_view(), name="api-tokens"),
    path("tokens/<str:key>/", tokens.OneToken.as_view(), name="api-token"),
    path("schema/", docs.Document.as_view(), name="api-schema"),
    path("docs/", docs.TryPage.as_view(), name="api-docs"),
]
