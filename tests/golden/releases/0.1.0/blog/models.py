import enum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Enum,
    ForeignKey,
    Integer,
    Numeric,
    String,
    Text,
)
from sqlalchemy.orm import relationship

from database import Base


class User(Base):
    __tablename__ = "users"

    id = Column(Integer, primary_key=True, index=True)
    email = Column(String(255), unique=True, index=True, nullable=False)
    name = Column(String(100), nullable=False)
    is_active = Column(Boolean, default=True)

    posts = relationship("Post", back_populates="author")


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True, index=True)
    title = Column(String(200), index=True, nullable=False)
    body = Column(Text, nullable=False)
    author_id = Column(Integer, ForeignKey("users.id"), nullable=False)

    author = relationship("User", back_populates="posts")


class ProductStatus(str, enum.Enum):
    """The status of a product."""

    DRAFT = "draft"
    LIVE = "live"


class Product(Base):
    """A product."""

    __tablename__ = "products"
    __table_args__ = (CheckConstraint("price >= 0", name="ck_products_price_ge"),)

    id = Column(Integer, primary_key=True)
    name = Column(String(120), index=True, nullable=False)
    sku = Column(String(32), unique=True, index=True, nullable=False)
    price = Column(Numeric(12, 2), index=True, nullable=False)
    status = Column(
        Enum(
            ProductStatus,
            native_enum=False,
            create_constraint=True,
            name="ck_products_status",
            values_callable=lambda words: [word.value for word in words],
        ),
        default=ProductStatus.DRAFT,
        index=True,
        nullable=False,
    )
    note = Column(Text, nullable=True)
    active = Column(Boolean, default=True, nullable=False)

    reviews = relationship(
        "Review",
        back_populates="product",
        lazy="raise",
        foreign_keys="Review.product_id",
        passive_deletes="all",
    )


class Review(Base):
    """A review."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("stars >= 1", name="ck_reviews_stars_ge"),
        CheckConstraint("stars <= 5", name="ck_reviews_stars_le"),
    )

    id = Column(Integer, primary_key=True)
    stars = Column(Integer, nullable=False)
    product_id = Column(
        ForeignKey("products.id", ondelete="CASCADE"), index=True, nullable=False
    )
    product = relationship("Product", back_populates="reviews", lazy="raise")
