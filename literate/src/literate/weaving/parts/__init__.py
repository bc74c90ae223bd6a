"""What a page has beside its blocks: its opening, labels, terms, and what to take."""
