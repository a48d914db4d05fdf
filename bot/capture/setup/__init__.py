"""What has to be there before anything can be captured: a browser that starts, and fonts; found or installed."""
