"""What a reader's browser gets of a chapter, so that its code can be run there."""
