"""The languages of a memo: message files, figures and days as each language writes them, translations of rules."""
