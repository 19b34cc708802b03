"""The vendored style sheets: nothing in them makes a browser weigh a whole page at each key."""

import re

import pytest

from smartplus_admin.assets import COPIES, MODULES, ROOT, VENDOR
from smartplus_admin.styles import prune

_CLASSES = re.compile(r'class="([^"]*)"')


def list_classes(css):
    return {name.replace("\\", "") for name in re.findall(r"\.((?:[\w-]|\\.)+)", css)}


def test_every_class_that_a_page_names_keeps_its_styles():
    (source,) = [one for one in COPIES if one.endswith(".css")]
    whole, kept = (list_classes(file.read_text()) for file in (MODULES / source, VENDOR / "tabler.min.css"))
    named = {
        word
        for file in (ROOT / "templates").rglob("*.html")
        for classes in _CLASSES.findall(file.read_text())
        for word in classes.split()
    }
    assert named & whole - kept == set(), "run make assets"


@pytest.mark.parametrize(("css", "left"), [
    (".a{x:1}.b{x:2}", ".a{x:1}"),
    (".a,.b .a{x:1}", ".a{x:1}"),
    ("p{x:1}@media print{.b{x:1}}", "p{x:1}"),
    ("@media print{.a{x:1}.b{y:2}}", "@media print{.a{x:1}}"),
    (".a:not(.b){x:1}", ".a:not(.b){x:1}"),
    ("/*! MIT, v1.6 */:root{x:1}/* .b */.b{x:1}", "/*! MIT, v1.6 */:root{x:1}"),
    ('.a{x:url("data:{;}")}.b{x:1}', '.a{x:url("data:{;}")}'),
    ("@keyframes k{from{x:1}to{x:2}}@charset \"u\";", "@keyframes k{from{x:1}to{x:2}}@charset \"u\";"),
    (".a\\/b{x:1}", ""),
])  # fmt: skip
def test_what_no_page_names_is_left_out(css, left):
    assert prune(css, {"a"}) == left


def test_no_style_asks_what_a_typed_value_is_worth_of_everything_around_it():
    css = (VENDOR / "tabler.min.css").read_text()
    assert re.findall(r":has\([^{}]*:(?:in)?valid", css) == []
    assert ".input-group-flat:has(.form-control.is-invalid)" in css
