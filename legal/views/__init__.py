"""Pages of the legal room: the list with its wall, the intake, one case."""

from legal.views.case import case as case
from legal.views.case import extend_clock as extend_clock
from legal.views.case import letter as letter
from legal.views.case import stop_clock as stop_clock
from legal.views.lists import cases as cases
from legal.views.lists import intake as intake
