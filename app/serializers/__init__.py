"""What the world sees of the models: plain functions from a row to a dictionary; one folder per API dialect."""
