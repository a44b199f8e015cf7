"""The platform: videos, viewers, the simulator, playable clips and real logs."""
