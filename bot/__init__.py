"""Tagshot: a self-hosted Telegram bot that keeps web pages."""

from importlib.metadata import version

__version__ = version("tagshot")
