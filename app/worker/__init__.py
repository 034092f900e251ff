"""The other way into services: take what is due, run it in a transaction, finish it or try it again."""
