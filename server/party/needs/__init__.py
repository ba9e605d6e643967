"""What members need (困难和请求): opened once, tracked until it is solved in words they see."""
