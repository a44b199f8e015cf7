"""Exercises of a course that is about nothing, to try the machinery on."""
