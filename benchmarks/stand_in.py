"""The stand-in for Twilio in a process of its own. Prints its address; says on request when which text came."""

from __future__ import annotations

import json
import sys
import time
from email.utils import formatdate

from notifiers.stand_in_twilio import ACCOUNT_SID, AUTH_TOKEN, NUMBER, StandInTwilio


def main() -> None:
    """Answer until standard input ends."""
    times: list[float] = []

    def date() -> str:
        times.append(time.monotonic())  # the ledger asks once for each text, in the order in which it keeps them
        return formatdate()

    with StandInTwilio(date=date) as twilio:
        settings = {
            "account_sid": ACCOUNT_SID,
            "auth_token": AUTH_TOKEN,
            "from_number": NUMBER,
            "api_base": twilio.base_url,
        }
        print(json.dumps({"settings": settings}), flush=True)
        for _ in sys.stdin:
            came = {str(row["to"]): at for row, at in zip(twilio.messages, times, strict=False)}
            print(json.dumps({"came": came}), flush=True)


if __name__ == "__main__":
    main()
