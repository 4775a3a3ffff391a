"""What is true, what each person is owed, and when it may be said: values in, values out."""
