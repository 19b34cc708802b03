"""The vendored style sheets: nothing in them makes a browser weigh a whole page at each key."""

import re

from smartplus_admin.assets import VENDOR


def test_no_style_asks_what_a_typed_value_is_worth_of_everything_around_it():
    css = (VENDOR / "tabler.min.css").read_text()
    assert re.findall(r":has\([^{}]*:(?:in)?valid", css) == []
    assert ".input-group-flat:has(.form-control.is-invalid)" in css
