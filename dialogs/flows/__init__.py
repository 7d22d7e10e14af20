"""What is done in a conversation, one concern a module; `dialogs.engine` chooses between them."""
