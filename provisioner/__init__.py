"""GitOps for livestream rooms: rooms in Git become rooms in Huawei Cloud MetaStudio."""

__version__ = "0.1.0"
