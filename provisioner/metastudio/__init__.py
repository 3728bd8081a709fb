"""The service: its models, client, signing, throttling and errors. Knows nothing of manifests."""
