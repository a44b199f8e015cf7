"""The feedback agent: what viewers did, turned into signals that the others can trust."""

from mavrs_course.agents.feedback.agent import FeedbackAgent

__all__ = ["FeedbackAgent"]
