"""Making the encoder anew (`make train`): torch and its friends are here only, the product runs without them."""
