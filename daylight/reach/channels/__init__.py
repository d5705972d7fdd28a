"""One folder per channel; each knows one provider and nothing else."""
