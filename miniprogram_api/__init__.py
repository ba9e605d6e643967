"""The service as REST endpoints for the mini-program, all under `/api/v1`."""
