"""For a stock mitmproxy: `mitmdump -s addons/script.py --set mouchard_db=FILE`."""

import sys
from importlib.util import find_spec
from pathlib import Path

if find_spec("mouchard") is None:  # a checkout that is not installed
    sys.path.append(str(Path(__file__).resolve().parents[1]))

from mouchard.addons.standalone import Standalone

addons = [Standalone()]
