"""Agents for a choice that costs minutes: how long, what it looks like, why, and how sure.

labels.py      what a view is worth: five published labels, and the stay that the end cut off
staying.py     an agent that learns how long viewers would stay
thumbnails.py  an agent that picks thumbnails, paid by clicks or by minutes
explaining.py  an agent that says what to expect, rightly or to sell
caution.py     when to say "I don't know": Chow's rule, conformal sets, and an agent that does
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
