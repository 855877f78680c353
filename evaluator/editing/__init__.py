"""What an editor shows of facts: values beside the names of rules, help in facts files; worked out in another process."""
