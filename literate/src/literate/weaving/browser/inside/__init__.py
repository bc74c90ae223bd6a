"""What goes into the browser beside the kernel, and so needs nothing else."""
