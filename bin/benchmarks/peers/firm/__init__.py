"""A small Django project as a firm would write it, with whose mail the peers are measured."""
