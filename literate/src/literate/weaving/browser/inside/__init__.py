"""What goes into the browser with the kernel, and with what `carried.txt` names."""
