"""The bridge to the services we do not speak ourselves."""
