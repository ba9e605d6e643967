"""Stars, trainings and qualifications."""
