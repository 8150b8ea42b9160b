"""What the API must do that no schema says. Each check returns complaints."""
