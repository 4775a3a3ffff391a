"""The command `milepost`: one file for each family of commands. What is heavy is imported when it is needed."""

from service.cli.root import app, main

__all__ = ["app", "main"]
