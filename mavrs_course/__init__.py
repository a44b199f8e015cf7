"""Multi-agent video recommender systems, from scratch: the library of the course.

The messages that all parts say to each other are here, the rest in the package of each part
(``mavrs_course.world``, ``mavrs_course.agents``, ...).  What such a package offers stands in its
``__init__.pyi`` and is loaded when it is first asked for: importing one never loads torch.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
