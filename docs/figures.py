"""Draw the plots of the landing page and of the tutorial with the code that they show.

The code of a page is run from the top. Where a picture follows a block, the current figure is
saved there. Run by ``make figures``.
"""

import re
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt

FOLDER = Path(__file__).parent

for page in ("index.md", "tutorial.md"):
    names = {}
    text = (FOLDER / page).read_text()
    for block, picture in re.findall(
        r"^```python\n(.*?)^```|^!\[[^]]*\]\((images/\w+\.png)\)", text, re.M | re.S
    ):
        if picture:
            plt.gcf().savefig(FOLDER / picture, dpi=100, bbox_inches="tight")
            plt.close("all")
        elif not block.startswith(">>>"):
            exec(block, names)
