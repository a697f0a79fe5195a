"""What kind of answer a request prefers, for the few addresses that have more than one."""

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header


def prefers_markdown(accept: str) -> bool:
    """Whether an Accept header names text/markdown and likes nothing of HTML better. Browsers never name it."""
    if "text/markdown" not in accept.lower():
        return False
    liked = parse_accept_header(accept, MIMEAccept)
    return 0 < liked.quality("text/markdown") >= liked.quality("text/html")
