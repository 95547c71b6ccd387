"""Forms: they check the shape of what was typed; whether it may be done is asked by the use case."""
