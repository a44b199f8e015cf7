# What lessons and readers use of this package; each is loaded when it is first asked for.
from .average import AverageOfAgents as AverageOfAgents
from .average import normalised as normalised
from .base import Decision as Decision
from .base import PanelCoordinator as PanelCoordinator
from .best_single import ExploreThenCommit as ExploreThenCommit
from .hierarchical import context as context
from .hierarchical.critic import Critic as Critic
from .hierarchical.router import LearnedRouter as LearnedRouter
from .market import PooledMarket as PooledMarket
from .market import SlotMarket as SlotMarket
from .modes import modes as modes
from .monolith import ChoiceNetwork as ChoiceNetwork
from .pipeline import narrowed as narrowed
from .pipeline import passed_on as passed_on
from .quota import FixedQuota as FixedQuota
from .single import SingleAgent as SingleAgent
