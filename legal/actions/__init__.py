"""Everything that changes a record of the legal room."""

from legal.actions.cases import assign_case as assign_case
from legal.actions.cases import close_case as close_case
from legal.actions.cases import forget_cases as forget_cases
from legal.actions.cases import grant_aid as grant_aid
from legal.actions.cases import hand_over_cases as hand_over_cases
from legal.actions.cases import join_cases as join_cases
from legal.actions.cases import move_stage as move_stage
from legal.actions.cases import own_work as own_work
from legal.actions.cases import refuse_aid as refuse_aid
from legal.actions.cases import reopen_case as reopen_case
from legal.actions.cases import take_in as take_in
from legal.actions.cases import would_move as would_move
from legal.actions.cases import write_event as write_event
from legal.actions.cases import write_recovery as write_recovery
from legal.actions.clocks import drop_clock as drop_clock
from legal.actions.clocks import extend_clock as extend_clock
from legal.actions.clocks import pause_clock as pause_clock
from legal.actions.clocks import start_clocks as start_clocks
from legal.actions.clocks import stop_clock as stop_clock
from legal.actions.deaths import tell_death as tell_death
from legal.actions.deaths import tell_life as tell_life
from legal.actions.parties import add_party as add_party
