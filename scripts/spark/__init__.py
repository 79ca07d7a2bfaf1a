"""Judging and counting reports on Apache Spark, and the test that holds it to the service (docs/scaling.md)."""
