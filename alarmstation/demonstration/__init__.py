"""The station with a simulated site: everything started, one alarm drilled."""
