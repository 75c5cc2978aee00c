from app import xml
