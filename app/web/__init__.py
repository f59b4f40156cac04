"""The website: pages for people, the widget, and the files they need; the same use cases as the API."""
