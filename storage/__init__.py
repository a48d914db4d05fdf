"""The only room with SQL and with stored files: models, database, library, queue, inbox, artifacts."""
