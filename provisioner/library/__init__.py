"""The library of assets: pictures, voices and people, which manifests may name instead of writing their ids.

`reading` asks the service, `file` reads what an embedded service is to have, `names` puts ids in the places of names.
"""
