"""The built-in functions: the figure that each gives, and around it what each shape does with periods.

A function is one row of `dsl/types/functions.py` and one reducer here, registered with `@gives` or `@formula`.
"""
