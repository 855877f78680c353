"""Commands about rule files alone: they need no company."""
