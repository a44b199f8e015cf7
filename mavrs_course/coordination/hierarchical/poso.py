"""A gate for newcomers: each agent is turned up or down by what is known of the viewer."""

from __future__ import annotations

from mavrs_course.coordination.hierarchical.router import LearnedRouter
from mavrs_course.messages import Floats


class PosoGate(LearnedRouter):
    """Each agent has a gate of its own, ``2 s(theta x)``, from 0 to 2 and 1 at first.

    The router's softmax makes agents compete for one viewer; here each is opened or closed by
    itself, and only the mixed votes are brought to one scale.  The context ``x`` has the viewer's
    newness in it, so an agent for newcomers can be open to them and close as they become known.
    It learns as the router does; guarantees are the router's.
    Source: the gates of Dai et al., "POSO: personalized cold start modules for large-scale
    recommender systems" (2021, arXiv 2108.04690), there inside one network.
    """

    def gates(self, contexts: Floats) -> Floats:
        """How far each agent is opened: float[B, n]."""
        from scipy.special import expit

        return 2.0 * expit(contexts @ self.theta.T)

    def logit_gradient(self, gates: Floats, pull: Floats) -> Floats:
        """``d log gate / d logit`` is ``1 - gate / 2``."""
        return pull * (1.0 - gates / 2.0)


MODES = {"poso-gate": PosoGate}
