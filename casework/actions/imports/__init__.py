"""Registry workbooks come in: received, checked, applied in one transaction, withdrawn while nobody has touched them."""

from casework.actions.imports.applying import Applied as Applied
from casework.actions.imports.applying import apply_import as apply_import
from casework.actions.imports.applying import unpacked as unpacked
from casework.actions.imports.journal import Journal as Journal
from casework.actions.imports.receiving import KIND as KIND
from casework.actions.imports.receiving import discard_import as discard_import
from casework.actions.imports.receiving import keep_check as keep_check
from casework.actions.imports.receiving import keep_errors as keep_errors
from casework.actions.imports.receiving import map_columns as map_columns
from casework.actions.imports.receiving import receive as receive
from casework.actions.imports.withdrawing import withdraw_import as withdraw_import
