"""``python -m fastarch``"""

from fastarch.cli import main

if __name__ == "__main__":
    main()
