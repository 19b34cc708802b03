"""A browser's form as posted fields. Knows HTML alone, so that the soak's crowd reads forms as the tests do."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside, self.select, self.area = form_id, False, None, None
        self.fields = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        if not self.inside or "disabled" in given:
            return
        if tag == "input" and "name" in given:
            box = given.get("type") in ("checkbox", "radio")
            if not box or "checked" in given:
                self.fields.append((given["name"], given.get("value") or ""))
        if tag == "select":
            self.select = [given["name"], None]
        if tag == "option" and self.select and (self.select[1] is None or "selected" in given):
            self.select[1] = given.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if tag == "select" and self.select:
            self.fields.append((self.select[0], self.select[1] or ""))
            self.select = None


def read_form(html, form_id="object-form"):
    """The fields a browser would post for a form: name → all its values."""
    parser = _Form(form_id)
    parser.feed(html)
    fields = {}
    for name, value in parser.fields:
        fields.setdefault(name, []).append(value)
    return fields
