"""A controller decides whom to ask and whom to believe.

:mod:`context`   what it knows of a viewer before anybody is asked
:mod:`bandit`    linear contextual bandits: LinUCB and Thompson sampling
:mod:`gate`      one agent for each page, chosen by a bandit
:mod:`router`    votes mixed by a softmax gate, taught by policy gradients
:mod:`poso`      the same, each agent opened or closed by itself
:mod:`critic`    what is still to be expected of a viewer
:mod:`consult`   a router that pays for every question
:mod:`options`   goals that are held for several pages
:mod:`tree`      controllers under controllers
:mod:`traffic`   the load on each node, and the time to an answer
:mod:`fallback`  what happens when the controller fails
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
