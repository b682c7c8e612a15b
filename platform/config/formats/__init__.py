"""How dates are written, where Django has it differently or does not know the language (FORMAT_MODULE_PATH)."""
