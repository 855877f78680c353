"""Tests of pages made of blocks."""
