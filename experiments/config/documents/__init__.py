"""YAML files of any kind as plain data that knows its lines, so that all problems are reported with their place."""
