"""``sahayata up``: starts Asterisk and our processes, keeps them running, ends them well."""
