"""Small drawn controls that know nothing of alarms or units beyond what they are given."""
