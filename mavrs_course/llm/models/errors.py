"""What can go wrong between an agent and its model."""

from __future__ import annotations


class ModelError(RuntimeError):
    """A model could not be reached or did not answer; the text says what to do."""


class CannotDoError(ModelError):
    """The model behind a backend lacks an ability; the text names both."""
