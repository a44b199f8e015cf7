"""What a learner knows and will remember: :mod:`.bkt` traces knowledge, :mod:`.fsrs` memory.

:mod:`.walks` has the two walkers that learners of the simulator KSS are judged against.
"""
