"""The nouns of the registry and of the visit desk."""

from casework.models.account import BankAccount as BankAccount
from casework.models.change import ChangeRequest as ChangeRequest
from casework.models.consent import Consent as Consent
from casework.models.death import Death as Death
from casework.models.economy import Assessment as Assessment
from casework.models.economy import IncomeItem as IncomeItem
from casework.models.economy import SpendingItem as SpendingItem
from casework.models.employer import Employer as Employer
from casework.models.file import FiveClear as FiveClear
from casework.models.file import HardshipFile as HardshipFile
from casework.models.home_visit import HomeVisit as HomeVisit
from casework.models.household import Household as Household
from casework.models.household import Membership as Membership
from casework.models.joining import Joining as Joining
from casework.models.matter import Matter as Matter
from casework.models.person import Person as Person
from casework.models.spell import CategorySpell as CategorySpell
from casework.models.spell import FileSpell as FileSpell
from casework.models.spell import FileStep as FileStep
from casework.models.spell import MatterStep as MatterStep
from casework.models.visit import Callback as Callback
from casework.models.visit import QuickText as QuickText
from casework.models.visit import Visit as Visit
from casework.models.visit import VisitNote as VisitNote
from casework.models.visit import VisitPurpose as VisitPurpose
