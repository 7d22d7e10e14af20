"""The editor: find a service, change it in a draft, see the card, publish, look back, roll back."""
