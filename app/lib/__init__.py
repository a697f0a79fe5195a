"""Tools that know nothing about status pages."""
