"""What people report on the road (随手拍), and what becomes of it."""
