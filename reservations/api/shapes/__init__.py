"""What each audience is shown: every field is listed, nothing comes along by itself."""
