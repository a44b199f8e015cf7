"""A team of specialists around one small language model, after MACRec.

Wang, Yu, Zheng, Ma and Zhang 2024, "MACRec: a multi-agent collaboration framework for
recommendation" (SIGIR 2024, arXiv 2402.15235): a manager thinks, acts and observes; a user analyst,
an item analyst, a searcher, a task interpreter and a reflector do what it asks for.  Four tasks:
rating prediction, sequential recommendation, explanation and conversation.

Rebuilt for models of 135 million parameters, which choose by likelihood and not by letter.
``cases`` and ``protocol`` say how a team is judged, ``answers`` reads what a model writes,
``records`` are the tools over local data, ``facts`` are claims that can be checked; ``analysts``,
``searcher``, ``interpreter``, ``reflector`` and ``manager`` are the agents; ``team`` joins them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
