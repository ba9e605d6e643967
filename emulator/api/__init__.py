"""WeChat's API as the service calls it; each file is a chapter of the documentation."""
