"""Workers, the announcer and the schedule: what goes on while nobody speaks."""
