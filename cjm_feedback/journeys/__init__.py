"""Journeys: stages, touchpoints, channels, personas, schedules."""
