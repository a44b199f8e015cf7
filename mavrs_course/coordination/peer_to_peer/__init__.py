"""Peers without a centre: who talks to whom, what they pass on, and what they then agree on.

=====================================================  =========================================
:mod:`~...peer_to_peer.topologies`                     graphs, and how robust they are
:mod:`~...peer_to_peer.averaging`                      average consensus and its rate
:mod:`~...peer_to_peer.gossip`                         two peers at a time
:mod:`~...peer_to_peer.push_sum`                       averages where links go one way
:mod:`~...peer_to_peer.trimming`                       W-MSR: averages that survive liars
:mod:`~...peer_to_peer.belief_propagation`             beliefs between peers, exact on trees
:mod:`~...peer_to_peer.negotiation`                    alternating offers
:mod:`~...peer_to_peer.communication`                  CommNet: messages that are learned
:mod:`~...peer_to_peer.network`                        the base of the ways below
:mod:`~...peer_to_peer.ways`                           all of these as ways of filling a page
=====================================================  =========================================

Pure functions take values with the peers first, float[n, ...]; coordinators batch over pages.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
