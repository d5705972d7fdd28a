"""On which pages an incident stands: by the rule of each page, or because a member says so."""
