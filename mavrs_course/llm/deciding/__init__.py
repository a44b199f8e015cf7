"""Agents made of prompts: how a model decides, is read, is attacked and is defended."""
