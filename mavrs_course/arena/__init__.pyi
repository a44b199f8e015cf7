# What lessons and readers use of this package; each is loaded when it is first asked for.
from .abilities import ABILITIES as ABILITIES
from .abilities import hidden_world as hidden_world
from .entry import read_entry as read_entry
