# What lessons and readers use of this package; each is loaded when it is first asked for.
from .topologies import is_robust as is_robust
from .topologies import robust as robust
from .ways import MODES as MODES
from .ways import BeliefPropagation as BeliefPropagation
from .ways import LearnedCommunication as LearnedCommunication
from .ways import Negotiation as Negotiation
