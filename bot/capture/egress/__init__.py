"""The browser's only way out: a forward proxy in our process that checks every address before it connects."""
