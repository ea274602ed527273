"""What the code lists are called: their names in the rows are for the program."""

from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LIST_WORDS: "dict[str, _StrPromise]" = {
    "attachment_type": pgettext_lazy("list", "Kinds of papers"),
    "cancel_reason": pgettext_lazy("list", "Reasons of a de-registration"),
    "contract_term": pgettext_lazy("list", "Terms of a labour contract"),
    "death_evidence": pgettext_lazy("list", "Evidence of a death"),
    "disability_grade": pgettext_lazy("list", "Grades of disability"),
    "disability_kind": pgettext_lazy("list", "Kinds of disability"),
    "education_level": pgettext_lazy("list", "Levels of education"),
    "employer_nature": pgettext_lazy("list", "Kinds of employers"),
    "employer_status": pgettext_lazy("list", "States of employers"),
    "ethnic_group": pgettext_lazy("list", "Ethnic groups"),
    "excess_reason": pgettext_lazy("list", "Reasons of a higher amount"),
    "exit_reason": pgettext_lazy("list", "Reasons of being lifted out"),
    "file_layer": pgettext_lazy("list", "Layers of files"),
    "four_batches": pgettext_lazy("list", "The four batches"),
    "fund_origin": pgettext_lazy("list", "Origins of funds"),
    "hardship_category": pgettext_lazy("list", "Categories of hardship"),
    "hardship_cause": pgettext_lazy("list", "Causes of hardship"),
    "health_status": pgettext_lazy("list", "States of health"),
    "help_need": pgettext_lazy("list", "Kinds of help needed"),
    "housing_type": pgettext_lazy("list", "Kinds of housing"),
    "hukou_type": pgettext_lazy("list", "Kinds of household registration"),
    "industry": pgettext_lazy("list", "Industries"),
    "key_group": pgettext_lazy("list", "Groups of special attention"),
    "marital_status": pgettext_lazy("list", "Marital states"),
    "medical_insurance": pgettext_lazy("list", "Kinds of medical insurance"),
    "model_worker_type": pgettext_lazy("list", "Kinds of model workers"),
    "person_identity": pgettext_lazy("list", "Identities of people"),
    "political_status": pgettext_lazy("list", "Political states"),
    "ratification_reason": pgettext_lazy("list", "Reasons not to ratify an emergency"),
    "recusal_reason": pgettext_lazy("list", "Reasons of a recusal"),
    "refusal_reason": pgettext_lazy("list", "Reasons of a refusal"),
    "relation": pgettext_lazy("list", "Relations to the head"),
    "reveal_reason": pgettext_lazy("list", "Reasons to show a number"),
    "school_stage": pgettext_lazy("list", "School stages"),
    "sex": pgettext_lazy("list", "Sexes"),
    "work_status": pgettext_lazy("list", "States of work"),
    "division": pgettext_lazy("list", "Administrative divisions"),
}


def called(name: str) -> str:
    return str(LIST_WORDS.get(name, name))
