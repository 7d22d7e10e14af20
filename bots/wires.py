"""Names of wires that are no channel of citizens."""

REGISTRY = "registry"  # ХУР and the SMS gateway; what comes back comes in by the inbox channel of this name
