# Tangled from the book: edit its chapters. Digest: 8a1d36d03150
"""A small engine that computes gradients, and neural networks that run on it."""
