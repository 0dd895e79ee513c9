"""Pages of one sentence, which stand where the application cannot be shown."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping

_FRAME = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>lada_explore</title>
<style>
  :root {{ color-scheme: light dark; }}
  body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 36em; margin: 20vh auto; padding: 0 16px; }}
  input, button {{ font: inherit; padding: 4px 8px; }}
</style></head>
<body><p role="alert">{sentence}</p>{more}</body></html>
"""

_SENTENCES = {
    403: "Only visitors with the address that the teacher gave out can see this: open that address, all of it.",
    404: "There is nothing at this address.",
}


def page_of(sentence: str, more: str = "") -> str:
    """A page with a sentence.

    Args:
        sentence: plain text.
        more: HTML below it.
    """
    return _FRAME.format(sentence=html.escape(sentence), more=more)


def error_page(status: int) -> str:
    """The page for an HTTP status from 400 upwards."""
    return page_of(_SENTENCES.get(status, "That failed; load the page again."))


def instead(page: str) -> str:
    """HTML that replaces all of a page that was already sent in part."""
    text = json.dumps(page).replace("</", "<\\/")
    return f"<script>document.open(); document.write({text}); document.close();</script>"


def ask_for_token(kept: Mapping[str, str]) -> str:
    """The page for somebody who brings no token.

    Args:
        kept: parts of the address that the one which follows names again.
    """
    again = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">' for name, value in kept.items()
    )
    return page_of(
        "Open the address that the teacher gave out, all of it, or type the part of it after token= here.",
        '<form action="/"><input name="token" aria-label="Token" autocomplete="off" autofocus> '
        f"{again}<button>Open</button></form>",
    )
