"""Short video: one video at a time, a swipe ends it, and what comes next was decided before.

:mod:`~mavrs_course.world.short_video.feed`: the world.
:mod:`~mavrs_course.world.short_video.watching`: who stays, for how many seconds, and KuaiRand's
thresholds for a short play, a valid view and a long view.
:mod:`~mavrs_course.world.short_video.temper`: how long a session lasts and when the viewer comes
back, as in KuaiSim.
:mod:`~mavrs_course.world.short_video.prefetch`: the queue of videos on the phone.
:mod:`~mavrs_course.world.short_video.taste`: tastes that drift, and what late feedback costs.
:mod:`~mavrs_course.world.short_video.clock`: agents that take their time.
"""

from mavrs_course.world.short_video.feed import ShortVideo

WORLDS = {"short_video": lambda rng: ShortVideo(rng=rng)}
