"""A client that checks every page any test opens for what no test remembers to check."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

# Nothing with eleven or more digits in a row stands in clear where it was not revealed.
LONG_NUMBER = re.compile(r"(?<![\d.])(?:\d{17}[\dXx]|1[3-9]\d{9}|\d{16,19})(?![\d.])")


class HonestClient(Client):
    """Every answer is one honest page: ids once, no inline script or style, tokens in forms, one h1, no clear numbers."""

    may_show_numbers = False

    def enter(self, staff):
        """Log in as somebody whose second factor is verified."""
        self.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        if staff.needs_second_factor:
            device, _made = TOTPDevice.objects.get_or_create(user=staff, name="test", confirmed=True)
            session = self.session
            session["otp_device_id"] = device.persistent_id
            session.save()
        return self

    def request(self, **request):
        response = super().request(**request)
        if not response.streaming and response.get("Content-Type", "").startswith("text/html") and response.content:
            self.check(response)
        return response

    def check(self, response):
        page = BeautifulSoup(response.content, "html.parser")
        ids = [tag["id"] for tag in page.select("[id]")]
        assert len(ids) == len(set(ids)), f"ids used twice: {sorted(one for one in ids if ids.count(one) > 1)}"
        inline = page.select("[onclick], [onchange], [onsubmit], [style], script:not([src]), style")
        assert not inline, f"inline script or style: {inline[:3]}"
        posts = [form for form in page.select("form[method=post]") if not form.select("[name=csrfmiddlewaretoken]")]
        assert not posts, f"forms without token: {[form.get('action') for form in posts]}"
        if page.html:
            assert len(page.select("h1")) == 1, f"{len(page.select('h1'))} h1 on {response.request['PATH_INFO']}"
        if not self.may_show_numbers:
            found = LONG_NUMBER.findall(page.get_text(" "))
            assert not found, f"numbers in clear on {response.request['PATH_INFO']}: {found[:3]}"
