"""The ledger of work that is kept until it is done."""
