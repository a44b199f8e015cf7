"""The course outside JupyterLab: a static site, and slides for a wall."""
