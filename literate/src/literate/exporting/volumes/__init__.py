"""The whole book in one file: the PDF and the EPUB."""
