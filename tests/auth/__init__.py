"""Ways to sign in: whole apps, and the tests that come with them."""
