# What lessons and readers use of this package; each is loaded when it is first asked for.
from .encoders import PictureEncoder as PictureEncoder
from .encoders import SoundEncoder as SoundEncoder
from .encoders import TextEncoder as TextEncoder
from .features import MODALITIES as MODALITIES
from .features import Features as Features
from .features import features_of_catalog as features_of_catalog
from .features import text_of as text_of
from .fusion import weights as weights
from .reading import VideoError as VideoError
from .reading import read_video as read_video
from .training import embed as embed
from .training import embed_each as embed_each
from .training import train as train
from .vectors import Vectors as Vectors
from .words import bag as bag
