# What lessons and readers use of this package; each is loaded when it is first asked for.
from .agent import FeedbackAgent as FeedbackAgent
from .delay import fit_delays as fit_delays
from .leaving import EveningPrices as EveningPrices
from .stream import Clicked as Clicked
from .stream import FeedbackStream as FeedbackStream
from .stream import PageShown as PageShown
