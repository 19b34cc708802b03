"""What knows only the OpenAPI document asks a running product, for long. See __main__."""
