"""What customers said in the past, or said elsewhere, as a list that somebody has."""
