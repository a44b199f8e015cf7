"""The course's learners on the feed: policies as agents, credit, games of pay, kept policies."""
