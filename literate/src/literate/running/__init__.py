"""Running: chapters in processes of their own, and the verdict on what they display."""
