"""Sentences that rows still keep although the house says them otherwise today (center/kernel/remarks.py).

A row keeps the English sentence and its facts. Whoever rewords one leaves the earlier wording here, marked by
`gettext_noop`, so that its Chinese stays in the catalogue; tests/house/remarks.txt knows every sentence ever kept.
"""

from django.utils.translation import gettext_noop

FORMER = (
    gettext_noop("Line %(line)s has an unknown result: %(result)s."),
    gettext_noop("Checking workbook %(code)s"),
    gettext_noop("Bringing in workbook %(code)s"),
    gettext_noop("Taking back workbook %(code)s"),
)
