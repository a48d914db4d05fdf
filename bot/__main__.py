"""``python -m bot`` is ``tagshot``."""

from bot.cli import main

if __name__ == "__main__":
    main()
