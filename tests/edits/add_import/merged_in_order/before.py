from fastapi import APIRouter, HTTPException, status
