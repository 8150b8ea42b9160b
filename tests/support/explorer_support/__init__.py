"""Uses the explorer as people do: opens its pages, reads their forms, sends them, runs the code it prints."""
