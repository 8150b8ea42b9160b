"""The settings of the command: a config file with profiles, the environment, the command line."""
