def register(app):
    """Register."""
    from app.errors import Missing

    app.add(Missing)
