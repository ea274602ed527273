"""The nouns that every desk shares."""

from center.models.access import Assignment as Assignment
from center.models.access import Staff as Staff
from center.models.base import Stateful as Stateful
from center.models.office import Office as Office
from center.models.office import OfficeLink as OfficeLink
from center.models.office import Succession as Succession
from center.models.trail import Event as Event
