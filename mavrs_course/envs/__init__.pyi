# What lessons and readers use of this package; each is loaded when it is first asked for.
from .creators_core import CreatorsCore as CreatorsCore
from .creators_core import genre_threshold as genre_threshold
from .feed_account import account_for as account_for
from .feed_core import FeedCore as FeedCore
from .feed_core import play_feed as play_feed
from .feed_policies import favourite_bids as favourite_bids
from .feed_policies import planned_bids as planned_bids
from .feed_policies import random_bids as random_bids
from .parallel_core import ParallelCore as ParallelCore
from .spread_core import in_paper_units as in_paper_units
from .two_step_v0 import TwoStepCore as TwoStepCore
