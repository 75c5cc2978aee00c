import os
import sys
from pathlib import Path

from fastapi import FastAPI
