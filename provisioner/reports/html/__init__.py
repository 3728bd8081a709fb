"""A plan as one HTML page that needs nothing else: rooms as pictures, scripts word by word. Pure.

Python works out values and the templates beside it draw them, with everything that is printed escaped.
"""
