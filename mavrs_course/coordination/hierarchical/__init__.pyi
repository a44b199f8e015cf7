# What lessons and readers use of this package; each is loaded when it is first asked for.
from . import context as context
from .consult import BudgetedConsultation as BudgetedConsultation
from .fallback import EqualVotes as EqualVotes
from .fallback import WithFallback as WithFallback
from .options import HeldGoals as HeldGoals
from .poso import PosoGate as PosoGate
from .traffic import answer_time as answer_time
from .traffic import load as load
from .tree import ControllerTree as ControllerTree
