# What lessons and readers use of this package; each is loaded when it is first asked for.
from .arms import lai_robbins as lai_robbins
from .arms import play_bernoulli as play_bernoulli
from .counterfactual import MACR as MACR
from .graduation import value_of_shows as value_of_shows
from .graduation import worth_exploring as worth_exploring
from .hybrid import ContentBPR as ContentBPR
from .prior import TastePrior as TastePrior
from .prior import learn_prior as learn_prior
from .videos import NewVideoAgent as NewVideoAgent
from .viewers import NewViewerAgent as NewViewerAgent
