"""The invented district of this room stands, in every state, and twice the same."""

from __future__ import annotations

from casework.enums import ChangeKind, ChangeStatus, FileStatus, MatterStatus, VisitResult
from casework.models import ChangeRequest, Consent, HardshipFile, Joining, Matter, Person, Visit
from casework.queries import doubles
from center.models import Import, ImportStatus, Job, Staff


def test_the_practice_district_has_files_in_every_state_of_the_chain(practice):
    assert set(HardshipFile.objects.values_list("status", flat=True)) == set(FileStatus.values)
    assert set(Matter.objects.values_list("status", flat=True)) == set(MatterStatus.values)
    assert set(Visit.objects.values_list("result", flat=True)) == set(VisitResult.values)
    assert HardshipFile.objects.in_force().filter(is_temporary=True).exists()
    assert HardshipFile.objects.exclude(converted_at=None).exists()
    assert Consent.objects.exclude(withdrawn_at=None).exists()
    assert Visit.objects.filter(people=23).count() == 1
    assert Person.objects.filter(full_name="阿卜杜拉·买买提").count() == 1


def states(model):
    return set(model.objects.values_list("status", flat=True))


def test_the_practice_district_has_changes_joinings_workbooks_and_work_in_every_state_that_lasts(practice):
    assert states(ChangeRequest) == states(Joining) == set(ChangeStatus.values)
    others = ChangeRequest.objects.exclude(kind=ChangeKind.ACCOUNT)
    assert set(others.values_list("status", flat=True)) == set(ChangeStatus.values)
    assert states(Import) == set(ImportStatus.values)
    assert states(Job) == {"done", "failed", "cancelled"}  # nobody is at work while a district is invented
    assert len(doubles.pairs(Staff.objects.get(username="officer"))) == 1
    assert Person.objects.exclude(joined_into=None).count() == 1
