"""Tests of `dialogs`: whole conversations as transcripts, tables, properties and the wording."""
