"""`aftership contacts`: hints about the phone numbers and e-mail addresses of a file."""
