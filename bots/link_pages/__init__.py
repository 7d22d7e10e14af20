"""The pages a chat opens to prove who somebody is: bank login and signature, bound to that chat and one browser."""
