"""What programs may send us, as pydantic models that validate and document; one folder per API dialect."""
