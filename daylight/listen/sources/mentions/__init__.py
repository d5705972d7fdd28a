"""What people say of the firm in public: reviews, posts, articles."""
