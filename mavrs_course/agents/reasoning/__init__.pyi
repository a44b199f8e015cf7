# What lessons and readers use of this package; each is loaded when it is first asked for.
from .agent import ReasoningAgent as ReasoningAgent
from .belief import GridBelief as GridBelief
from .belief import evolution as evolution
from .particles import ParticleBelief as ParticleBelief
from .ranking import full_ranks as full_ranks
from .ranking import one_and_seven as one_and_seven
from .sequence import NextVideo as NextVideo
