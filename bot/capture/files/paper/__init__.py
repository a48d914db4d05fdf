"""Reading foreign PDFs: ``reader`` asks a process of its own (``child``), which ``layout`` helps to make text."""
