"""What was known on a day: facts bound to rules, the one that counts, derived periods, restatements."""
