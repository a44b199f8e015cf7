"""Ways of turning several opinions into one page."""
