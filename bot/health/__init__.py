"""How the bot is doing, for its owner and for whoever watches over it."""
