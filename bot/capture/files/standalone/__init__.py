"""The page as one HTML file: taken out of the browser in pieces, and put together."""
