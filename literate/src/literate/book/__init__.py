"""The book: its configuration, its chapters, and every state of its package."""
