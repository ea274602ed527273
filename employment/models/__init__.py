"""The nouns of the employment room."""

from employment.models.placement import Placement as Placement
from employment.models.placement import RetentionCheck as RetentionCheck
from employment.models.referral import Referral as Referral
from employment.models.seeker import Seeker as Seeker
from employment.models.terms import Terms as Terms
from employment.models.vacancy import Vacancy as Vacancy
