"""PettingZoo environments over the world, and the classic matrix games."""
