"""The one Chromium: starting it locked in, watching what it holds, ending it and all that it leaves."""
