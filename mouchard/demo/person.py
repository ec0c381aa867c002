"""The invented person of the demo: every value is fiction, so that what is found can be shown freely."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """What the visitor types. Phone numbers 06 39 98 xx xx are reserved for fiction by ARCEP."""

    first_name: str = "Camille"
    last_name: str = "Lefort"
    email: str = "camille.lefort@courriel.example"
    phone: str = "06 39 98 24 17"
    street: str = "8 rue des Glycines"
    zip: str = "69004"
    city: str = "Lyon"

    def toml(self) -> str:
        """An identity file that declares this person under the first name."""
        values = (
            ("email", self.email),
            ("phone", self.phone),
            ("first_name", self.first_name),
            ("last_name", self.last_name),
            ("street", self.street),
            ("zip", self.zip),
            ("city", self.city),
        )
        return f'[person.{self.first_name}]\nbasis = "invented"\n' + "".join(
            f'{name} = ["{value}"]\n' for name, value in values
        )
