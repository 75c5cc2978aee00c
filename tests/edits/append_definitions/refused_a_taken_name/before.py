from sqlmodel import Field
