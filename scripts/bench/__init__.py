"""`make bench`: every goal of the performance table, measured in one run against its yardstick."""
