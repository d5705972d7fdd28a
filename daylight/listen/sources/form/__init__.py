"""The form on which anybody says anything, without an account; and the page on which they read our answer."""
