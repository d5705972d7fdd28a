"""The page on which a customer says whether we have understood them."""
