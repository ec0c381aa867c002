"""One SDK on one page, and the invented person that it is told of."""

from __future__ import annotations

from dataclasses import dataclass

EMAIL = "Marguerite.Valois@courriel-sdk.example"
FIRST, LAST = "Marguerite", "Valois"
PHONE = "+33639985172"
NUMBER = "client-88412-valois"
CITY, BIRTH = "Lannion", "1984-03-17"
IDENTITY = f"""[person.marguerite]
email = ["{EMAIL}"]
phone = ["{PHONE}"]
first_name = ["{FIRST}"]
last_name = ["{LAST}"]
user_id = ["{NUMBER}"]
city = ["{CITY}"]
dob = ["{BIRTH}"]
"""


@dataclass(frozen=True)
class Sdk:
    """One SDK on one page."""

    name: str
    package: str
    """As npm installs it, with what else it needs; pinned where the newest cannot be installed."""
    script: str
    """ES module that sets it up and says who the person is."""
    host: str
    """Where it sends to: this domain or one below it."""
    types: frozenset[str]
    """What its `identify` call must be found to have sent."""
    company: str = ""
    """Who must be named as the recipient, where the test asks for it."""


_WHO = (
    f'const email = "{EMAIL}", phone = "{PHONE}", first = "{FIRST}", last = "{LAST}", number = "{NUMBER}", '
    f'city = "{CITY}", birth = "{BIRTH}";'
)


def sdk(name: str, package: str, host: str, types: str, script: str, company: str = "") -> Sdk:
    """An SDK; what `script` imports comes first, then who the person is."""
    return Sdk(
        name,
        package,
        f"{script.strip().partition(';')[0]};\n{_WHO}\n{script.strip().partition(';')[2]}",
        host,
        frozenset(types.split()),
        company,
    )
