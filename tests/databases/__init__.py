"""The databases that tests run on, and tests of both."""
