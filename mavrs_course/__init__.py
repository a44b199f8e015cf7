"""Multi-agent video recommender systems, from scratch: the library of the course.

Import the part you need (``mavrs_course.world``, ``mavrs_course.envs``, ...).  This module
imports nothing, so that ``import mavrs_course`` is instant and never loads torch.
"""

__version__ = "0.1.0"
