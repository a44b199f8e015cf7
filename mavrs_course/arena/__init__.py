"""Where whole systems meet worlds that they have never seen, and are scored fairly (lesson 33)."""
