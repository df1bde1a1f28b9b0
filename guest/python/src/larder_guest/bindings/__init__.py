"""Empty: componentize-py puts the bindings here when it builds a component."""
