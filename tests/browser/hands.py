"""Two ways to work at a page: with mouse and keys, and with keys alone. Both do the same things by the same names."""

from __future__ import annotations

from contextlib import contextmanager

from playwright.sync_api import expect

FARTHEST = 220  # Tab presses until a field counts as out of reach


class Hands:
    """What a person does in the page's main part. Names are those of the fields, so they hold in every language."""

    def __init__(self, page):
        self.page = page

    def field(self, name, value=None):
        chosen = f"[name='{name}']" + (f"[value='{value}']" if value is not None else "")
        return self.page.locator(f"main {chosen}").first

    def fill(self, **answers):
        """Each answer the way its field takes it: text, a choice, a tick, a file."""
        for name, value in answers.items():
            self.answer(name.replace("__", "-"), value)

    def answer(self, name, value):
        field = self.field(name)
        tag, kind = field.evaluate("one => [one.tagName, one.type]")
        if tag == "SELECT":
            self.choose(field, value)
        elif kind in {"radio", "checkbox"}:
            self.tick(self.field(name, None if value is True else value))
        elif kind == "file":
            self.attach(field, value)
        elif kind == "date":
            self.date(field, value)
        else:
            self.write(field, value)

    @contextmanager
    def leaving(self):
        """What is done here brings the next page."""
        with self.page.expect_navigation(wait_until="load"):
            yield

    def form_of(self, name):
        return self.page.locator(f"main form:has([name='{name}'])").first

    def send(self, name):
        """Press the last button of the form that holds this field."""
        self.press(self.form_of(name).locator("button[type=submit]").last)

    def post(self, path):
        """Press the button of the form that goes to an address ending so."""
        self.press(self.page.locator(f"main form[action$='{path}'] button[type=submit]").first)

    def follow(self, part):
        """A link whose address ends so."""
        self.press(self.page.locator(f"main a[href$='{part}'], main a[href*='{part}?']").first)


class Mouse(Hands):
    def write(self, field, text):
        field.fill(str(text))

    def choose(self, field, value):
        field.select_option(value)

    def date(self, field, day):
        field.fill(day.isoformat())

    def tick(self, field):
        label = self.page.locator(
            f"main label[for='{field.get_attribute('id')}'], main label:has(#{field.get_attribute('id')})"
        )
        (label.first if field.get_attribute("id") and label.count() else field).click()

    def attach(self, field, path):
        field.set_input_files(path)

    def press(self, thing):
        with self.leaving():
            thing.click()

    def main(self):
        self.press(self.page.locator("[data-main-action]:visible").last)


class Deft(Hands):
    """Tab, type, choose, press: what somebody does who knows the pages. The browser counts keys and clicks by itself; a choice
    from a list and a file are one each, whatever a list of the system would count."""

    def __init__(self, page, done):
        super().__init__(page)
        self.done = done

    def write(self, field, text):
        """Tab is not counted; what stands in the field is overwritten, as Tab selects it."""
        field.focus()
        field.select_text()
        self.page.keyboard.type(str(text))

    def choose(self, field, value):
        field.select_option(value)
        self.done.append(f"choose {field.get_attribute('name')}")

    def date(self, field, day):
        """The numbers of a day are one burst of typing."""
        field.fill(day.isoformat())
        self.done.append(f"type {field.get_attribute('name')}")

    def tick(self, field):
        label = self.page.locator(f"main label[for='{field.get_attribute('id')}']")
        (label.first if field.get_attribute("id") and label.count() else field).click()

    def attach(self, field, path):
        field.set_input_files(path)
        self.done.append(f"choose {field.get_attribute('name')}")

    def press(self, thing):
        with self.leaving():
            thing.click()

    def main(self):
        with self.leaving():
            self.page.keyboard.press("Control+Enter")


class Keys(Hands):
    """No mouse at all: everything is reached with Tab and done with the keys that browsers give to everybody."""

    def __init__(self, page):
        super().__init__(page)
        self.paper = ""
        page.on("filechooser", lambda chooser: chooser.set_files(self.paper))

    def reach(self, thing):
        thing.wait_for(state="attached")
        for _step in range(FARTHEST):
            if thing.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {thing.evaluate('one => one.outerHTML')[:200]} on {self.page.url}")

    def write(self, field, text):
        self.reach(field)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(str(text))

    def choose(self, field, value):
        self.reach(field)
        self.page.keyboard.press("Home")
        for _step in range(FARTHEST):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} is not among the choices of {field}")

    def date(self, field, day):
        """Segment by segment, in the order of the browser's language (en-US here)."""
        self.reach(field)
        self.page.keyboard.type(f"{day:%m%d%Y}")
        assert field.input_value() == day.isoformat()

    def tick(self, field):
        if field.get_attribute("type") == "checkbox":
            self.reach(field)
            self.page.keyboard.press("Space")
            return
        group = self.page.locator(f"main [name='{field.get_attribute('name')}']")
        self._into(group)
        if not field.is_checked() and field.evaluate("one => one === document.activeElement"):
            self.page.keyboard.press("Space")
        for _step in range(group.count()):
            if field.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        assert field.is_checked()

    def _into(self, group):
        for _step in range(FARTHEST):
            if group.evaluate_all("all => all.includes(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {group}")

    def attach(self, field, path):
        self.paper = path
        self.reach(field)
        self.page.keyboard.press("Space")
        expect(field).not_to_have_value("")

    def press(self, thing):
        self.reach(thing)
        with self.leaving():
            self.page.keyboard.press("Enter")

    def main(self):
        """Ctrl+Enter does the page's main action wherever one stands (screens.md P04)."""
        with self.leaving():
            self.page.keyboard.press("Control+Enter")
