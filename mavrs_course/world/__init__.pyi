# What lessons and readers use of this package; each is loaded when it is first asked for.
from .catalog import Catalog as Catalog
from .effects import Boredom as Boredom
from .effects import Clickbait as Clickbait
from .effects import Drift as Drift
from .effects import Effect as Effect
from .effects import Examination as Examination
from .effects import Likes as Likes
from .effects import Satisfaction as Satisfaction
from .effects import ViewerGroups as ViewerGroups
from .platform import Platform as Platform
from .senses import SENSES as SENSES
from .sessions import play_day as play_day
from .sessions import play_sessions as play_sessions
from .topics import MEAN_QUALITY as MEAN_QUALITY
from .topics import N_TOPICS as N_TOPICS
from .topics import TOPICS as TOPICS
from .viewers import choice_probabilities as choice_probabilities
