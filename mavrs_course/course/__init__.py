"""The machinery of a course: build, check, grade, claims, doctor.

It knows nothing of recommenders.
"""
