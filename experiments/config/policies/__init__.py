"""Policy files, the strengths of measures in doubt, and the levers that are in force in a run."""
