"""Consensus: everybody states an opinion, and a rule that all know makes one page of them."""
