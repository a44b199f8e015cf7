# What lessons and readers use of this package; each is loaded when it is first asked for.
from . import situations as situations
from . import stage as stage
from . import trusting as trusting
