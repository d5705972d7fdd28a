"""The page on which a customer says whether it is fixed for them."""
