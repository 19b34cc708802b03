"""What each endpoint does, one module per group of endpoints. A function takes the call and returns `data`."""
