from fastapi import APIRouter, Depends, HTTPException, status
