"""What the pages share: access, forms, headers, the page shell and the sign-in."""
