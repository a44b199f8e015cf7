"""Games between learners: tabular ones, one seat among frozen others, exploitability."""
