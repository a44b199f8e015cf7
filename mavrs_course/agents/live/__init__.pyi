# What lessons and readers use of this package; each is loaded when it is first asked for.
from .charts import Cusum as Cusum
from .charts import Ewma as Ewma
from .charts import PoissonCusum as PoissonCusum
from .charts import reference_value as reference_value
from .detector import DetectorAgent as DetectorAgent
from .detector import HeedingAgent as HeedingAgent
from .forgetting import ForgettingAgent as ForgettingAgent
from .returning import ReturningAgent as ReturningAgent
from .windows import GiftLabels as GiftLabels
from .windows import fixed_labels as fixed_labels
from .windows import share_known_at as share_known_at
from .windows import sliding_labels as sliding_labels
