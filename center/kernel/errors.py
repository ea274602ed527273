"""Refusals: what the house says when the answer is no. Every one of them is a sentence for the person who asked."""

from __future__ import annotations


class Refusal(Exception):
    """An action that was asked for and will not be done; `str()` is the sentence shown to the person."""

    def __init__(self, sentence: object) -> None:
        if not str(sentence).strip():
            message = "A refusal needs its sentence."
            raise ValueError(message)
        super().__init__(sentence)

    def __str__(self) -> str:
        return str(self.args[0])


class NotAllowed(Refusal):
    """This person may not do this."""


class TransitionRefused(Refusal):
    """The record is in a state that does not lead there."""


class Conflict(Refusal):
    """Somebody changed the record since this page was opened."""


class Incomplete(Refusal):
    """Something that the step needs is missing; the sentence names it."""


def require(sentence: object) -> None:
    """Raise `NotAllowed` unless the answer of a `why_not_…` function is empty."""
    if str(sentence):
        raise NotAllowed(sentence)
