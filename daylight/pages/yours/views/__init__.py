"""The views: own pages for their customers, and the crew's side of them."""
