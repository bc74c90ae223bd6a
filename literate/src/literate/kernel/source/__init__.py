"""Source: what blocks say about names, merged into modules and rendered as files."""
