"""The files of a capture, each made by one module from a page that has come to rest."""
