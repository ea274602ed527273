"""Staff, and which role each holds at which office between which days."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from center.kernel.roles import GRANTS, SECOND_FACTOR_ROLES, Permission, Role
from center.models.bounds import DAY, bounded
from center.models.named import PersonName
from center.models.office import Office

if TYPE_CHECKING:
    from collections.abc import Iterable


class TextSize(models.TextChoices):
    """The three levels of screens.md §5.3."""

    STANDARD = "standard", _("Standard")
    LARGE = "large", _("Large")
    LARGEST = "largest", _("Extra large")


class StaffManager(BaseUserManager["Staff"]):
    def managed_by(self, administrator: Staff) -> models.QuerySet[Staff]:
        """Whose account this administrator sees: who holds or held a role in their offices, and who never held any."""
        offices = administrator.sight(Permission.MANAGE_STAFF)
        there = Assignment.objects.filter(staff=OuterRef("pk"))
        return self.filter(Exists(there.filter(office__in=offices)) | ~Exists(there)) if offices else self.none()

    def create_user(self, username: str, password: str | None = None, **fields: object) -> Staff:
        staff = self.model(username=username, **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff


class Staff(AbstractBaseUser):
    """One person, one account. What they may do comes from assignments alone; nobody is a superuser."""

    username = models.CharField(_("user name"), max_length=40, unique=True)
    full_name = PersonName(_("name"), max_length=50)
    phone = models.CharField(_("office telephone"), max_length=40, blank=True)
    window = models.CharField(_("window"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    text_size = models.CharField(_("text size"), max_length=10, choices=TextSize, default=TextSize.STANDARD)
    names_masked = models.BooleanField(_("mask names"), default=False)
    shortcuts = models.JSONField(_("keyboard shortcuts"), default=dict, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    password_changed_at = models.DateTimeField(_("password changed at"), null=True, blank=True)
    previous_login = models.DateTimeField(_("login before this one"), null=True, blank=True)

    _within: frozenset[int] | None = None  # the offices that `where` limits sight to

    objects = StaffManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    is_superuser = False

    class Meta:
        ordering = ("username",)
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")

    def __str__(self) -> str:
        return self.full_name or self.username

    # -- what this person may do -----------------------------------------------------------------------------------

    @property
    def assignments_today(self) -> list[Assignment]:
        """Read once per loaded instance: a request sees one state of a person's roles from beginning to end."""
        if not hasattr(self, "_assignments_today"):
            today = timezone.localdate()
            held = self.assignments.filter(starts_on__lte=today).filter(Q(ends_on=None) | Q(ends_on__gte=today))
            self._assignments_today = list(held.select_related("office").order_by("pk"))
        return self._assignments_today

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(assignment.role) for assignment in self.assignments_today)

    @property
    def permissions(self) -> frozenset[Permission]:
        """Asked hundreds of times a page; as with the roles, read once per loaded instance."""
        if not hasattr(self, "_permissions"):
            self._permissions: frozenset[Permission] = frozenset().union(*(GRANTS[role] for role in self.roles))
        return self._permissions

    def may(self, permission: Permission, office: Office | int) -> bool:
        """Whether a role gives this permission at that office: the question to ask before anything is shown or done."""
        office_id = office if isinstance(office, int) else office.pk
        return office_id in self.sight(permission)

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether any role gives it at any office: for doors, menus and lists whose rows are asked with their offices.

        tests/house/test_permissions.py names every place that may ask so.
        """
        return permission in self.permissions

    @property
    def hands(self) -> frozenset[int]:
        """Whose own work this person may do today: their own, and that of colleagues for whom they stand in. Their roles
        are asked besides."""
        if not hasattr(self, "_hands"):
            self._hands: frozenset[int] = frozenset({self.pk, *self.stands_in_for})
        return self._hands

    @property
    def stands_in_for(self) -> dict[int, str]:
        """The colleagues who are away today and named this person, by name."""
        if not hasattr(self, "_stands_in_for"):
            rows = self.standing_in.today().select_related("absent")  # type: ignore[attr-defined] # of its own queryset
            self._stands_in_for: dict[int, str] = {each.absent_id: str(each.absent) for each in rows}
        return self._stands_in_for

    def where(self, permission: Permission) -> Staff:
        """The same person seeing only the offices where this permission holds, too: what they may take out, reveal, …"""
        if not hasattr(self, "_where"):
            self._where: dict[Permission, Staff] = {}
        if permission not in self._where:
            limited = copy(self)
            limited._sight, limited._where, limited._within = {}, {}, self.sight(permission)
            self._where[permission] = limited
        return self._where[permission]

    def sight(self, permission: Permission) -> frozenset[int]:
        """Ids of the offices where this permission holds: those of the roles that give it, and all below them."""
        if not hasattr(self, "_sight"):
            self._sight: dict[Permission, frozenset[int]] = {}
        if permission not in self._sight:
            tops = {held.office_id for held in self.assignments_today if permission in GRANTS[Role(held.role)]}
            seen = self._below(frozenset(tops))
            self._sight[permission] = seen if self._within is None else seen & self._within
        return self._sight[permission]

    def _below(self, tops: frozenset[int]) -> frozenset[int]:
        """Most permissions of a person are held at the same offices: each tree is walked once per loaded instance."""
        if not hasattr(self, "_trees"):
            self._trees: dict[frozenset[int], frozenset[int]] = {}
        if tops not in self._trees:
            self._trees[tops] = Office.objects.ids_below(tops)
        return self._trees[tops]

    def everywhere(self, permission: Permission) -> bool:
        """Whether it holds at every office there is: what decides for the whole house, and what belongs to no office."""
        seen = self.sight(permission)
        return bool(seen) and not Office.objects.exclude(pk__in=seen).exists()

    def office_for(self, permission: Permission) -> Office | None:
        """Where this person's new work of a kind belongs: the first of their offices whose role gives the permission."""
        return next((held.office for held in self.assignments_today if permission in GRANTS[Role(held.role)]), None)

    @property
    def home_office(self) -> Office | None:
        """Where this person's new records belong unless they say otherwise."""
        return self.assignments_today[0].office if self.assignments_today else None

    @property
    def needs_second_factor(self) -> bool:
        return bool(self.roles & SECOND_FACTOR_ROLES)

    # -- what Django's admin asks (reference data only) ---------------------------------------------------------------

    @property
    def is_staff(self) -> bool:
        return self.everywhere(Permission.MANAGE_REFERENCE)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Only registered reference models are asked about, and nothing referenced is ever deleted."""
        return self.is_active and self.is_staff and ".delete_" not in perm

    def has_perms(self, perms: Iterable[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


@bounded(starts_on=DAY, ends_on=DAY)
class Assignment(models.Model):
    """A role at an office, from one day to another. A deputy's assignment names whom it stands in for."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="assignments")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    deputy_for = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="deputies", verbose_name=_("deputy for")
    )

    class Meta:
        ordering = ("staff", "starts_on", "pk")
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints = (
            models.CheckConstraint(
                name="assignment_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("An assignment cannot end before it starts."),
            ),
            models.CheckConstraint(
                name="nobody_is_their_own_deputy", condition=Q(deputy_for=None) | ~Q(deputy_for=F("staff"))
            ),
            models.CheckConstraint(
                name="deputies_have_an_end_date",
                condition=Q(deputy_for=None) | Q(ends_on__isnull=False),
                violation_error_message=_("A deputy's assignment needs its last day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.staff} · {self.get_role_display()} · {self.office}"
