"""Your page: what an incident means for one customer, behind a signed link, without a password and without a cookie."""
