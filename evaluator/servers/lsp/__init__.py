"""The language server: what an editor asks in the protocol of language servers, over stdin and stdout."""
