"""The nouns that every desk shares."""

from center.models.access import Assignment as Assignment
from center.models.access import Staff as Staff
from center.models.base import Stateful as Stateful
from center.models.office import Office as Office
from center.models.office import OfficeLink as OfficeLink
from center.models.office import Succession as Succession
from center.models.reference import CalendarDay as CalendarDay
from center.models.reference import CalendarYear as CalendarYear
from center.models.reference import Code as Code
from center.models.reference import CodeAlias as CodeAlias
from center.models.reference import Counter as Counter
from center.models.reference import Standard as Standard
from center.models.reference import VoidNumber as VoidNumber
from center.models.trail import Event as Event
