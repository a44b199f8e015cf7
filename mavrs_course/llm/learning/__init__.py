"""A language model that learns: its weights in torch, and reinforcement on them (lesson 29)."""
