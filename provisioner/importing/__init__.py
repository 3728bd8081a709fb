"""Observed rooms → manifests that people would have written. Pure.

    observed room ─stating─▶ spec ─expressing─▶ document ─extraction─▶ documents ─layout─▶ files
    declared room × observed room ─pulling─▶ changes ─rewriting─▶ lines of a manifest

Only what a manifest says is compared, so what is left out of one stays with its room. Nothing is written that was not
read back: the same program that will plan the manifests renders and checks each text first.
"""
