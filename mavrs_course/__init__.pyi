# What lessons and readers use of this package; each is loaded when it is first asked for.
from .messages import NO_CLICK as NO_CLICK
from .messages import Agent as Agent
from .messages import Bools as Bools
from .messages import Coordinator as Coordinator
from .messages import Feedback as Feedback
from .messages import Floats as Floats
from .messages import Ints as Ints
from .messages import Message as Message
from .messages import MessageError as MessageError
from .messages import Opinion as Opinion
from .messages import Request as Request
from .messages import Slate as Slate
from .messages import Trace as Trace
from .messages import World as World

__version__: str
