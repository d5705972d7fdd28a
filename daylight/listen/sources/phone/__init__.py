"""What customers say on the phone: written down while listening, or spoken to a machine."""
