# What lessons and readers use of this package; each is loaded when it is first asked for.
from .agent import MemoryAgent as MemoryAgent
from .episodes import EpisodicMemory as EpisodicMemory
from .episodes import Weights as Weights
from .episodes import retrieval_scores as retrieval_scores
from .index import ExactIndex as ExactIndex
from .index import GraphIndex as GraphIndex
from .index import IndexUnavailableError as IndexUnavailableError
from .index import found as found
from .profile import TwoScaleProfile as TwoScaleProfile
from .reader import ViewerMemory as ViewerMemory
from .replay import replay as replay
from .store import MemoryStore as MemoryStore
from .store import StoreError as StoreError
