# What lessons and readers use of this package; each is loaded when it is first asked for.
from .entries import entries as entries
from .lineups import SPECIALISTS as SPECIALISTS
from .lineups import Planner as Planner
from .lineups import lineup as lineup
from .match import play_match as play_match
from .workloads import WORKLOADS as WORKLOADS
from .workloads import workloads as workloads
