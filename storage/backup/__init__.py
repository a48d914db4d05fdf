"""Backups: where they are kept, what one consists of, and how it is made, thinned out and brought back."""
