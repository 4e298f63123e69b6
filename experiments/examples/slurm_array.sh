#!/usr/bin/env bash
# An experiment on a cluster with Slurm: each task of the array runs some of the seeds in a folder of its own, and the
# last job puts their cases together. A case is found by what it depends on, so nothing is simulated twice. For files
# without `parameters: posterior`, whose draws bring their own seeds.
#
#   sbatch --array=1-10 slurm_array.sh experiment.yaml 4 out           # 10 tasks of 4 seeds: seeds 1 to 40
#   sbatch --dependency=singleton --job-name=corridor slurm_array.sh experiment.yaml 4 out 10
#
# With a fourth argument, the number of tasks, it collects; it simulates what is missing and writes tables and figures.
#SBATCH --job-name=corridor
#SBATCH --cpus-per-task=1
#SBATCH --mem=4G
#SBATCH --time=08:00:00
set -euo pipefail
experiment=$1 each=$2 out=$3 tasks=${4:-}

seeds() { # seeds FIRST LAST: as a list that --seeds takes
    echo "[$(seq -s, "$1" "$2")]"
}

if [ -z "$tasks" ]; then
    first=$(((SLURM_ARRAY_TASK_ID - 1) * each + 1))
    corridor run "$experiment" --seeds "$(seeds $first $((first + each - 1)))" --out "$out/task-$SLURM_ARRAY_TASK_ID" \
        --jobs "${SLURM_CPUS_PER_TASK:-1}" --quiet
else
    [ -e "$out/all" ] || cp -r "$out/task-1" "$out/all" # a folder of results, to which the cases of the others are added
    cp -n "$out"/task-*/cases/*.nc "$out/all/cases/"
    corridor run "$experiment" --seeds "$(seeds 1 $((tasks * each)))" --out "$out/all" --jobs "${SLURM_CPUS_PER_TASK:-1}"
fi
