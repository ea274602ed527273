"""Every list goes out: for each role that may, in both languages, with the rows of the practice district."""

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils.translation import override

from center.exchange.lists import LISTS
from center.models import Staff
from relief.exchange import columns as register_columns

PAGES = {
    "casework.files": "/files/",
    "casework.visits": "/visits/",
    "casework.matters": "/matters/?state=all",
    "casework.callbacks": "/callbacks/?answer=satisfied",
}


def test_every_list_that_goes_out_is_tried_here():
    assert set(PAGES) == set(LISTS)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_two_columns_have_the_same_heading(language):
    with override(language):
        headings = {
            kind: [str(one.column_name) for one in entry.resource().get_export_fields()]
            for kind, entry in LISTS.items()
        }
        headings["register"] = [column.title for column in register_columns()]

        assert {kind: names for kind, names in headings.items() if len(set(names)) != len(names)} == {}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", sorted(PAGES))
def test_a_list_goes_out_as_it_is_seen(practice, kind, language):
    officer = Staff.objects.get(username="officer")
    Staff.objects.filter(pk=officer.pk).update(language=language)
    client = Client()
    client.force_login(officer, backend=django_settings.AUTHENTICATION_BACKENDS[-1])

    answer = client.post(PAGES[kind])

    assert (answer.status_code, answer["Content-Type"].rpartition(".")[2]) == (200, "sheet")
