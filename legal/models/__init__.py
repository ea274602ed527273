"""The nouns of the legal room."""

from legal.models.case import Case as Case
from legal.models.case import CaseEvent as CaseEvent
from legal.models.case import Party as Party
from legal.models.case import Recovery as Recovery
from legal.models.clock import Clock as Clock
from legal.models.clock import ClockRule as ClockRule
