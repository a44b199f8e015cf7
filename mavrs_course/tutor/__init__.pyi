# What lessons and readers use of this package; each is loaded when it is first asked for.
from .advice import Advice as Advice
from .advice import NextStep as NextStep
from .advice import what_next as what_next
from .standing import LearnerModel as LearnerModel
from .standing import Standing as Standing
from .standing import learner_model as learner_model
