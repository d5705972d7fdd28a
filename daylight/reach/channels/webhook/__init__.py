"""The signed webhook: JSON to a web address, as Standard Webhooks lays down."""
