# What lessons and readers use of this package; each is loaded when it is first asked for.
from .deliberation import yielding as yielding
