def register(app):
    """Register."""
    from app.errors import Conflict, Missing

    app.add(Missing)
