"""Agents that teach: a path, not a feed.

:mod:`.bkt` and :mod:`.logistic` trace what a learner knows, :mod:`.fsrs` what she will remember.
:mod:`.legality` knows the prerequisites, :mod:`.planner` plans a path over believed knowledge,
:mod:`.zone` looks for what is neither too easy nor too hard, and :mod:`.kalite` is what was
deployed.  :mod:`.exact` has the best path where all is known, :mod:`.walks` the two walkers that
learners of the simulator KSS are judged against; :mod:`.answers` is what these agents share.
"""
