"""Every text of a public notice is looked at before it hangs; a new field is looked at or named here with its reason."""

from __future__ import annotations

import pytest
from django.db.models import CharField, TextField

from center.actions import notices
from center.kernel.errors import NotAllowed
from center.kernel.roles import Role
from center.models import Notice, NoticeEntry
from center.permissions.boards import has_long_number
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db
NOT_SHOWN = {
    "code": "drawn by chance",
    "number": "drawn by the house",
    "status": "a word of ours",
    "subject": "a key of ours",
    "result": "said when it is over, to the staff",
}
TEXTS = [
    (model, field.name)
    for model in (Notice, NoticeEntry)
    for field in model._meta.get_fields()
    if isinstance(field, CharField | TextField) and field.name not in NOT_SHOWN
]


@pytest.mark.parametrize(("model", "name"), TEXTS)
def test_no_text_of_a_notice_hangs_with_a_long_number_in_it(fake, model, name):
    office = make_office()
    officer, leader = (make_staff(role, office=office) for role in (Role.OFFICER, Role.LEADER))
    notice = notices.compose(office, title="公示", subjects=[fake.add(1)], working_days=5, by=officer)

    rows = model.objects.filter(pk=notice.pk) if model is Notice else notice.entries
    rows.update(**{name: "１３８ 0000·1402"})

    with pytest.raises(NotAllowed, match="eleven or more digits"):
        notices.publish(notice, by=leader)


@pytest.mark.parametrize(
    "text",
    [
        "138*0013*8000",
        "138 (0013) 8000",
        "138（0013）8000",
        "138~0013～8000",
        "138|0013|8000",
        "138'0013’8000",
        "138、0013、8000",
        "138，1234，5678",
        "138:1234:5678",
        "138；1234；5678",
        "一三八一二三四五六七八",
        "一三八 一二三四 五六七八",
    ],
)
def test_a_number_is_one_whatever_stands_between_its_digits(text):
    assert has_long_number(f"电话{text}")


@pytest.mark.parametrize(
    "text",
    ["2026-11-30 10:30", "2026-11-30 09:00—11:30", "2026-11-30至2026-12-04", "1,200.00元、1,300.00元", "〔2026〕12号"],
)
def test_days_and_sums_are_no_such_number(text):
    assert not has_long_number(text)


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("其配偶查勇陪同", "family of line 1"),
        ("其配偶 查 勇 陪同", "family of line 1"),
        ("电话138，0000，1402", "eleven or more digits"),
    ],
)
def test_what_may_not_hang_is_said_when_it_is_composed(fake, basis, said):
    office = make_office()
    officer = make_staff(Role.OFFICER, office=office)
    subject = fake.add(1, family=("查勇",))

    with pytest.raises(NotAllowed, match=said):
        notices.compose(office, title="公示", basis=basis, subjects=[subject], working_days=5, by=officer)
    assert Notice.objects.count() == 0


def test_one_subject_stands_on_one_notice_that_waits(fake):
    office = make_office()
    officer = make_staff(Role.OFFICER, office=office)
    subject = fake.add(1)
    kept = notices.compose(office, title="公示", subjects=[subject], working_days=5, by=officer)

    with pytest.raises(NotAllowed, match="composed already"):
        notices.compose(office, title="公示", subjects=[subject], working_days=5, by=officer)
    notices.withdraw(kept, reason="wrong title", by=officer)
    notices.compose(office, title="公示", subjects=[subject], working_days=5, by=officer)
