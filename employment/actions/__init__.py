"""Everything that changes a record of the employment room."""

from employment.actions.referrals import answer_referral as answer_referral
from employment.actions.referrals import follow_up as follow_up
from employment.actions.referrals import refer as refer
from employment.actions.seekers import close_seeker as close_seeker
from employment.actions.seekers import edit_seeker as edit_seeker
from employment.actions.seekers import end_by_death as end_by_death
from employment.actions.seekers import forget_seekers as forget_seekers
from employment.actions.seekers import join_seekers as join_seekers
from employment.actions.seekers import known_of as known_of
from employment.actions.seekers import register_seeker as register_seeker
from employment.actions.seekers import renew_seeker as renew_seeker
from employment.actions.seekers import reopen_seeker as reopen_seeker
from employment.actions.terms import decide_terms as decide_terms
from employment.actions.vacancies import check_papers as check_papers
from employment.actions.vacancies import close_vacancy as close_vacancy
from employment.actions.vacancies import edit_vacancy as edit_vacancy
from employment.actions.vacancies import enter_vacancy as enter_vacancy
from employment.actions.vacancies import reopen_vacancy as reopen_vacancy
from employment.actions.vacancies import sentence_of_discrimination as sentence_of_discrimination
