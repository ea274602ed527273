"""The nouns of the relief room."""

from relief.models.ledger import Balance as Balance
from relief.models.ledger import FundSource as FundSource
from relief.models.ledger import LedgerTransaction as LedgerTransaction
from relief.models.ledger import Posting as Posting
