"""Screens on Apache Spark."""
