"""What tests in a browser share: somebody who is signed in, and what axe finds wrong with a page."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from campaigns.models import Person

AXE = Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"


def sign_in(page: Any, site: str, username: str) -> None:
    """Without the form, which has a test of its own; the page stands at Home."""
    client = Client()
    client.force_login(Person.objects.get(username=username))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
    page.goto(f"{site}/today/")


def is_save(answer: Any) -> bool:
    """Whether an answer is to something that the page sent off, not to its telling every ten seconds who is there."""
    return bool(answer.request.method == "POST" and not answer.url.endswith("/company/"))


def list_broken(page: Any) -> list[tuple[str, str]]:
    """What axe-core finds: the rule and the element."""
    page.evaluate(AXE.read_text())
    broken = page.evaluate("async () => (await axe.run()).violations")
    return [(item["id"], node["html"][:200]) for item in broken for node in item["nodes"]]


def fits(page: Any) -> bool:
    """Whether nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def check_look(page: Any, where: str) -> None:
    """Nothing is wider than the window, and nothing hard to read or to reach by other means than eyes and mouse."""
    assert fits(page), f"{where} is wider than its window"
    assert list_broken(page) == [], where
