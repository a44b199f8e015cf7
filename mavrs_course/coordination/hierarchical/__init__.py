"""A controller decides whom to ask and whom to believe."""
