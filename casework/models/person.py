"""People: workers, members of their families, visitors."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.models.employer import Employer
from casework.models.fields import tracked
from casework.models.keys import KeysField, StartsAKey, keys_index
from casework.rules.names import plain
from center.kernel.normal import NOT_A_NAME
from center.kernel.roles import Permission
from center.models.base import random_code
from center.models.bounds import LIFE, LIFE_OR_LATER, Bounds, bounded
from center.models.named import PersonName
from center.models.office import Office
from center.privacy.fields import SecretField, Tail4, Tail6, Whole
from center.privacy.masks import mask_name

if TYPE_CHECKING:
    from datetime import date

    from center.models import Staff

CHILD_UNTIL = 16  # no income is expected before this birthday
WORKING_UNTIL = 60
NO_LETTERS = r"[0-9\uff10-\uff19/\\|,;:()<>\[\]{}\u3001\uff0c\uff1b\uff1a\uff08\uff09\u3010\u3011\u0001-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"

ADULT = 18  # Civil Code art. 17


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, staff: Staff) -> PersonQuerySet:
        """People first met at an office in sight, and members of households there; of a joined pair the one that stays."""
        return self.ever_visible_to(staff).filter(joined_into=None)

    def ever_visible_to(self, staff: Staff) -> PersonQuerySet:
        """The same with the records that were joined into another one."""
        from casework.models.household import Membership  # noqa: PLC0415 - the membership points at the person

        seen = staff.sight(Permission.READ_FILES) | staff.sight(Permission.READ_VISITS)
        living = Membership.objects.filter(person=OuterRef("pk"), household__office__in=seen)
        joined = Person.objects.filter(joined_into__isnull=False, office__in=seen).values("joined_into")
        return self.filter(Q(office__in=seen) | Exists(living) | Q(pk__in=joined)) if seen else self.none()

    def numbered(self, id_number: str) -> PersonQuerySet:
        """Whose ID number this is, wherever first met; of a joined record the one that it became."""
        joined = Person.objects.filter(id_number=id_number).values("joined_into")
        return self.filter(Q(id_number=id_number, joined_into=None) | Q(pk__in=joined))

    def called(self, name: str) -> PersonQuerySet:
        """Whose name this is, however it is written: the search's own form, in which dots, blanks and case tell nobody
        apart."""
        bare = plain(name)
        return self.filter(StartsAKey(name), search_keys__0=bare) if bare else self.none()

    def called_from(self, name: str) -> PersonQuerySet:
        """Whose name begins so and goes on: 阿卜杜拉 for 阿卜杜拉·买买提. Two characters begin too many names."""
        bare = plain(name)
        if len(bare) < BEGINNING:
            return self.none()
        return self.filter(StartsAKey(name), search_keys__0__startswith=bare).exclude(search_keys__0=bare)

    def named_like(self, typed: str) -> PersonQuerySet:
        """Name, given name, full pinyin in any reading, or initials."""
        return self.filter(StartsAKey(typed))


BEGINNING = 3  # characters of a name, from which on its beginning is told

ENROLLED = Bounds(least=1950, most=2100, ahead=1)


SCHOOLING = Bounds(least=0, most=12)


@bounded(
    birth_date=LIFE,
    died_on=LIFE,
    enrol_year=ENROLLED,
    school_years=SCHOOLING,
    work_start_on=LIFE,
    contract_signed_on=LIFE_OR_LATER,
)
@tracked(exclude=("search_keys",))
class Person(models.Model):
    """One person, once. What is unknown is empty; `full_name` is as on the card, whatever its characters."""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("first met at"))
    full_name = PersonName(_("name"), max_length=50)
    # as it came, where the one way of writing differs: radicals, private-use characters, dots
    name_as_given = models.CharField(_("name as it was given"), max_length=50, blank=True, editable=False)
    name_written = PersonName(_("spelling that systems accept"), max_length=50, blank=True)
    id_number = SecretField(_("ID number"), kind="id", label="casework.person.id_number", null=True, blank=True)
    phone = SecretField(_("telephone"), kind="phone", label="casework.person.phone", null=True, blank=True)
    other_contact = SecretField(
        _("another telephone"), kind="phone", label="casework.person.other_contact", null=True, blank=True
    )
    sex = models.CharField(_("sex"), max_length=40, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    died_on = models.DateField(_("died on"), null=True, blank=True)
    ethnic_group = models.CharField(_("ethnic group"), max_length=40, blank=True)
    political_status = models.CharField(_("political status"), max_length=40, blank=True)
    marital_status = models.CharField(_("marital status"), max_length=40, blank=True)
    health_status = models.CharField(_("health"), max_length=40, blank=True)
    disability_kind = models.CharField(_("kind of disability"), max_length=40, blank=True)
    disability_grade = models.CharField(_("grade of disability"), max_length=40, blank=True)
    medicine = models.CharField(_("illness and medicine"), max_length=200, blank=True)
    model_worker_type = models.CharField(_("model worker"), max_length=40, blank=True)
    person_identity = models.CharField(_("identity"), max_length=40, blank=True)
    work_status = models.CharField(_("work state"), max_length=40, blank=True)
    hukou_type = models.CharField(_("household registration"), max_length=40, blank=True)
    hukou_division = models.CharField(_("registered in"), max_length=6, blank=True)
    medical_insurance = models.CharField(_("medical insurance"), max_length=40, blank=True)
    education_level = models.CharField(_("education"), max_length=40, blank=True)
    school = models.CharField(_("school"), max_length=120, blank=True)
    enrol_year = models.PositiveSmallIntegerField(_("year of enrolment"), null=True, blank=True)
    school_years = models.PositiveSmallIntegerField(_("length of schooling in years"), null=True, blank=True)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, blank=True, related_name="workers", verbose_name=_("employer")
    )
    work_start_on = models.DateField(_("started work on"), null=True, blank=True)
    contract_signed_on = models.DateField(_("contract signed on"), null=True, blank=True)
    contract_term = models.CharField(_("length of contract"), max_length=40, blank=True)
    union_member = models.BooleanField(_("union member"), null=True, blank=True)
    skills = ArrayField(models.CharField(max_length=60), verbose_name=_("skills"), default=list, blank=True)
    job_wish = models.CharField(_("job wish"), max_length=200, blank=True)
    wage_not_imputed = models.CharField(_("why no wage is imputed"), max_length=200, blank=True)
    related_staff = models.ManyToManyField(
        "center.Staff", blank=True, related_name="+", verbose_name=_("relatives among the staff")
    )
    registered_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField(_("registered at"), default=timezone.now)
    joined_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="joined", verbose_name=_("joined into")
    )
    search_keys = KeysField(source="full_name")

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = (
            keys_index("person_is_found_by_keys"),
            models.Index(fields=["full_name", "birth_date"], name="person_name_and_birth"),
            models.Index(Tail4("id_number"), name="person_by_id_tail4"),
            models.Index(Tail6("id_number"), name="person_by_id_tail6"),
            models.Index(Whole("phone"), name="person_by_phone"),
            models.Index(Tail4("phone"), name="person_by_phone_tail4"),
            models.Index(Tail6("phone"), name="person_by_phone_tail6"),
            models.Index(Tail4("other_contact"), name="person_by_contact_tail4"),
        )
        constraints = (
            models.UniqueConstraint(
                Whole("id_number"),
                name="person_id_number_is_unique",
                violation_error_message=_("This ID number is in the registry already."),
            ),
            models.CheckConstraint(
                name="person_is_named_by_letters",
                condition=~Q(full_name__regex=NO_LETTERS),
                violation_error_message=NOT_A_NAME,
            ),
            models.CheckConstraint(
                name="person_is_born_when_registered",
                condition=Q(birth_date=None) | Q(birth_date__lte=models.F("registered_at") + timedelta(days=1)),
                violation_error_message=_("Nobody is registered before birth."),
            ),
            models.CheckConstraint(
                name="person_has_a_name",
                condition=~Q(full_name=""),
                violation_error_message=_("A person needs a name."),
            ),
            models.CheckConstraint(
                name="person_dies_after_birth",
                condition=Q(died_on=None) | Q(birth_date=None) | Q(died_on__gte=models.F("birth_date")),
                violation_error_message=_("Nobody dies before birth."),
            ),
            models.CheckConstraint(
                name="person_is_joined_into_another",
                condition=~Q(joined_into=models.F("pk")),
                violation_error_message=_("These are not two records."),
            ),
        )

    def __str__(self) -> str:
        return mask_name(self.full_name)  # a title or a log line never holds a name

    def get_absolute_url(self) -> str:
        return reverse("casework:person", args=[self.code])

    @property
    def is_adult(self) -> bool:
        """Eighteen or older today (Civil Code art. 17); an unknown age counts as of age, for nobody can prove it here."""
        age = self.age_on(timezone.localdate())
        return age is None or age >= ADULT

    def age_on(self, day: date) -> int | None:
        """Full years; None while the birth date is unknown."""
        if self.birth_date is None:
            return None
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had_birthday else 1)

    @property
    def age(self) -> int | None:
        return self.age_on(timezone.localdate())
