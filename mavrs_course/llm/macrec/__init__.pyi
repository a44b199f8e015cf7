# What lessons and readers use of this package; each is loaded when it is first asked for.
from .cases import lesson_cases as lesson_cases
from .cases import lesson_logs as lesson_logs
from .facts import borne_out as borne_out
from .facts import stated as stated
from .records import Records as Records
from .reflector import Reflection as Reflection
from .reflector import Reflector as Reflector
from .team import MACRec as MACRec
from .team import fuse as fuse
from .wishes import make_wishes as make_wishes
