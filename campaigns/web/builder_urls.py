"""The addresses of the builder and the review."""

from django.urls import path

from campaigns.web import (
    builder,
    builder_creatives,
    builder_new,
    builder_repair,
    builder_targets,
    company,
    grid,
    grid_apply,
    grid_copies,
    grid_paste,
    grid_rows,
    grid_undo,
    review,
    thumbnails,
)

urlpatterns = [
    path("campaigns/new/", builder_new.new_campaign, name="builder-new"),
    path("campaigns/new/paste/", builder_new.paste_body, name="builder-paste"),
    path("campaigns/<int:pk>/build/", builder.build_campaign, name="builder"),
    path(
        "campaigns/<int:pk>/build/adgroups/<int:adgroup_id>/", builder.build_adgroup, name="builder-adgroup"
    ),
    path(
        "campaigns/<int:pk>/build/adgroups/<int:adgroup_id>/targets/",
        builder_targets.search_targets,
        name="builder-targets",
    ),
    path("campaigns/<int:pk>/build/ads/<int:ad_id>/", builder.build_ad, name="builder-ad"),
    path(
        "campaigns/<int:pk>/build/ads/<int:ad_id>/library/",
        builder_creatives.choose_creatives,
        name="builder-library",
    ),
    path("campaigns/<int:pk>/build/company/", company.meet_company, name="builder-company"),
    path("thumbnails/<int:pk>/", thumbnails.show_thumbnail, name="thumbnail"),
    path("campaigns/<int:pk>/build/structure/", builder.change_structure, name="builder-structure"),
    path("campaigns/<int:pk>/build/grid/", grid.show_adgroups, name="grid"),
    path("campaigns/<int:pk>/build/grid/ads/", grid.show_ads, name="grid-ads"),
    path("campaigns/<int:pk>/build/grid/rows/", grid_rows.change_rows, name="grid-rows"),
    path("campaigns/<int:pk>/build/grid/paste/", grid_paste.paste_rows, name="grid-paste"),
    path("campaigns/<int:pk>/build/grid/undo/", grid_undo.undo_act, name="grid-undo"),
    path("campaigns/<int:pk>/build/grid/apply/", grid_apply.apply_to_rows, name="grid-apply"),
    path("campaigns/<int:pk>/build/grid/copies/", grid_copies.copy_rows, name="grid-copies"),
    path("campaigns/<int:pk>/repair/", builder_repair.repair_campaign, name="builder-repair"),
    path("campaigns/<int:pk>/build/discard/", builder.discard, name="builder-discard"),
    path("campaigns/<int:pk>/review/", review.review_campaign, name="review"),
    path("campaigns/<int:pk>/review/step/", review.show_step, name="review-step"),
]
