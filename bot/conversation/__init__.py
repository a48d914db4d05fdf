"""What people say and what is answered: no Telegram, no SQL, no browser."""
