"""What of a viewer may move to another platform, what it is worth there, and what it tells.

mapping.py    embeddings of one platform turned into those of another
carried.py    the agent that starts from what was carried, and the rungs of the ladder
federated.py  learning together without showing data: averages, masks, and how gradients leak
privacy.py    what noise promises: four accounts of the same Gaussian
passport.py   a viewer's memory as a file that any platform can read, and that is read with care
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
