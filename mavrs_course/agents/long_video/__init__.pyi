# What lessons and readers use of this package; each is loaded when it is first asked for.
from .caution import UNKNOWN as UNKNOWN
from .caution import CautiousAgent as CautiousAgent
from .caution import chow as chow
from .caution import conformal_rank as conformal_rank
from .caution import conformal_sets as conformal_sets
from .caution import conformal_threshold as conformal_threshold
from .explaining import ExplanationAgent as ExplanationAgent
from .explaining import promotion as promotion
from .labels import all_labels as all_labels
from .labels import counterfactual as counterfactual
from .labels import mean_stay as mean_stay
from .labels import watch_time_gain as watch_time_gain
from .staying import StayAgent as StayAgent
from .thumbnails import ThumbnailAgent as ThumbnailAgent
