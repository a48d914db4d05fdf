"""A sample article about optimizers, served on this machine: a first link that needs no internet."""

from bot.sample.site import ARTICLE, PREFERRED_PORT, SampleSite

__all__ = ["ARTICLE", "PREFERRED_PORT", "SampleSite"]
