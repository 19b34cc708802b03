"""The addresses of the builder and the review."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
