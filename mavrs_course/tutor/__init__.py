"""What to do next in this course: the agents of lesson 22, over the course's own objectives.

One line in a notebook::

    from mavrs_course.tutor import what_next; what_next()

:mod:`.standing` says what a learner is believed to know, :mod:`.agents` what each agent would do
next, :mod:`.advice` what they come to together, and :mod:`.reasons` why, in words.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
