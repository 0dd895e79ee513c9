"""The pages that stand where the application cannot be shown: a sentence each."""

from __future__ import annotations

import html

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
    403: "This is for visitors of this page only: open the address that you were given, with all that follows its ?.",
    404: "There is nothing at this address.",
}


def page_of(sentence: str, more: str = "") -> str:
    """A page with a sentence.

    Args:
        sentence: plain text.
        more: HTML below it.
    """
    return _FRAME.format(sentence=html.escape(sentence), more=more)


def notice(status: int) -> str:
    """The page of an error.

    Args:
        status: as HTTP numbers it.
    """
    return page_of(_SENTENCES.get(status, "That did not work; load the page again."))


ASK = page_of(
    "Open the address that you were given, with all that follows its ?, or type what stands there after token=.",
    '<form action="/"><input name="token" aria-label="Token" autocomplete="off" autofocus> '
    "<button>Open</button></form>",
)
"""What somebody without the token sees."""
