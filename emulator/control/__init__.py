"""The endpoints under `/_/`: what people do with their phones, and the tests' levers."""
