#!/bin/bash
#SBATCH --job-name=mavrs
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --exclusive
#SBATCH --time=02:00:00
# Run from the course's folder, which all nodes must see: sbatch docs/slurm.sh
export RAY_USAGE_STATS_ENABLED=0 RAY_AUTH_MODE=token RAY_AUTH_TOKEN="$(openssl rand -hex 32)"
export OMP_NUM_THREADS=1
head="$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)"
address="$head:$((20000 + SLURM_JOB_ID % 10000))"
srun .venv/bin/ray symmetric-run --address "$address" --min-nodes "$SLURM_JOB_NUM_NODES" \
    --temp-dir "/tmp/mavrs-$SLURM_JOB_ID" --include-dashboard=false -- \
    .venv/bin/mavrs tournament --engine ray --address "$address"
