"""Those who tell of alerts, a file each: each turns what comes into `SaidAlert`, and knows nothing else."""
