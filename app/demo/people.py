"""Invents customers of Brazil, Spain and Mexico with well-formed documents and phones that pass validation."""

import random
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

from stdnum.es import dni
from stdnum.mx import rfc

WOMEN = {
    "BR": ("Maria", "Ana", "Juliana", "Fernanda", "Camila", "Beatriz", "Larissa", "Patrícia", "Letícia", "Luiza"),
    "ES": ("María", "Carmen", "Lucía", "Laura", "Marta", "Cristina", "Paula", "Elena", "Nuria", "Inés"),
    "MX": (
        "Guadalupe",
        "Verónica",
        "Alejandra",
        "Gabriela",
        "Daniela",
        "Leticia",
        "Rosa",
        "Ximena",
        "Fernanda",
        "Sofía",
    ),
}
MEN = {
    "BR": ("João", "Pedro", "Lucas", "Rafael", "Bruno", "Thiago", "Gustavo", "Felipe", "Antônio", "Marcelo"),
    "ES": ("Antonio", "Javier", "Carlos", "Sergio", "Pablo", "Álvaro", "Jorge", "Rubén", "Iker", "Andrés"),
    "MX": ("José", "Luis", "Miguel", "Ricardo", "Eduardo", "Raúl", "Óscar", "Héctor", "Emiliano", "Diego"),
}
FAMILIES = {
    "BR": ("Silva", "Santos", "Oliveira", "Souza", "Pereira", "Costa", "Almeida", "Ribeiro", "Araújo", "Conceição"),
    "ES": ("García", "Fernández", "López", "Martínez", "Sánchez", "Pérez", "Gómez", "Ruiz", "Núñez", "Ibáñez"),
    "MX": ("Hernández", "Ramírez", "Flores", "Morales", "Cruz", "Reyes", "Gutiérrez", "Ortiz", "Mendoza", "Peña"),
}
# city, region, start of the postal code, area code, streets
PLACES = {
    "BR": (
        ("São Paulo", "SP", "01310", "11", "Avenida Paulista"),
        ("Rio de Janeiro", "RJ", "22070", "21", "Rua Barata Ribeiro"),
        ("Belo Horizonte", "MG", "30130", "31", "Rua da Bahia"),
        ("Recife", "PE", "50030", "81", "Rua do Bom Jesus"),
        ("Porto Alegre", "RS", "90010", "51", "Rua dos Andradas"),
    ),
    "ES": (
        ("Madrid", "MD", "28013", "6", "Calle Mayor"),
        ("Barcelona", "CT", "08008", "6", "Carrer de Mallorca"),
        ("Sevilla", "AN", "41001", "6", "Calle Sierpes"),
    ),
    "MX": (
        ("Ciudad de México", "CMX", "06000", "55", "Avenida Juárez"),
        ("Monterrey", "NLE", "64000", "81", "Calle Morelos"),
        ("Guadalajara", "JAL", "44100", "33", "Avenida Hidalgo"),
    ),
}
LANGUAGES = {"BR": "pt-BR", "ES": "es-ES", "MX": "es-MX"}
COUNTRIES = ("BR",) * 7 + ("ES",) * 2 + ("MX",)
CHANNELS = ("email", "whatsapp", "sms")
TAGS = ("newsletter", "wholesale", "store-pickup")
DNI_SPACE = 40_000_000


def customer(rng: random.Random, number: int, *, source: str, registered_at: datetime) -> dict[str, Any]:
    """One customer as the API takes it; `number` makes e-mail, phone and document unique."""
    country = rng.choice(COUNTRIES)
    woman = rng.random() < 0.62
    first = rng.choice((WOMEN if woman else MEN)[country])
    families = rng.sample(FAMILIES[country], 2)
    born = date(1950, 1, 1) + timedelta(days=rng.randrange(365 * 55))
    place = rng.choice(PLACES[country])
    record: dict[str, Any] = {
        "external_ids": [{"source": source, "id": f"{number:05d}"}],
        "emails": [{"value": email(first, families[0], number), "role": "main"}],
        "phones": [{"value": phone(rng, country, place[3], number), "role": "mobile"}],
        "first_name": first,
        "last_name": " ".join(families),
        "birth_date": born.isoformat(),
        "gender": "female" if woman else "male",
        "language": LANGUAGES[country],
        "country": country,
        "document": document(rng, country, number, first, families, born),
        "addresses": [address(rng, country, place)],
        "preferences": {"categories": rng.sample(("shoes", "clothes", "accessories"), rng.choice((1, 2)))},
        "preferred_channels": rng.sample(CHANNELS, rng.choice((1, 2))),
        "registered_at": registered_at.isoformat(),
    }
    if rng.random() < 0.1:
        record["tags"] = [rng.choice(TAGS)]
    return record


def plain(text: str) -> str:
    """Letters A to Z only, small."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(filter(str.isalpha, bare)).lower()


def email(first: str, family: str, number: int) -> str:
    """An address below a domain that belongs to nobody (RFC 2606)."""
    domain = ("example.com", "example.net", "example.org")[number % 3]
    return f"{plain(first)}.{plain(family)}{number}@{domain}"


def phone(rng: random.Random, country: str, area: str, number: int) -> str:
    """A mobile number in E.164; the last five digits are the customer's number."""
    tail = f"{number % 100_000:05d}"
    if country == "BR":
        return f"+55{area}9{rng.randrange(600, 1000)}{tail}"
    if country == "ES":
        return f"+34{area}{rng.randrange(100, 900)}{tail}"
    return f"+52{area}{rng.randrange(200, 900)}{tail}"


def document(
    rng: random.Random, country: str, number: int, first: str, families: list[str], born: date
) -> dict[str, str]:
    """CPF, DNI or RFC with its check digits; unique because the customer's number is part of it."""
    if country == "BR":
        return {"type": "cpf", "value": cpf(f"{rng.randrange(1000, 9000)}{number % 100_000:05d}")}
    if country == "ES":
        digits = f"{(rng.randrange(400) * 100_000 + number % 100_000) % DNI_SPACE:08d}"
        return {"type": "dni", "value": digits + dni.calc_check_digit(digits)}
    return {"type": "rfc", "value": mexican_rfc(number, first, families, born)}


def cpf(nine: str) -> str:
    """The eleven digits of a CPF from its first nine (two check digits modulo 11, Receita Federal)."""
    digits = [int(digit) for digit in nine]
    for weight in (10, 11):
        rest = sum(digit * (weight - place) for place, digit in enumerate(digits)) * 10 % 11
        digits.append(rest % 10)
    return "".join(map(str, digits))


def mexican_rfc(number: int, first: str, families: list[str], born: date) -> str:
    """Thirteen characters: four of the names, the birth date, two that tell namesakes apart, a check digit (SAT).

    The third letter is X, as for a person of one family name: so no forbidden word can come out.
    """
    letters = f"{plain(families[0])[:2]}X{plain(first)[:1]}".upper()
    homonym = (
        f"{'123456789ABCDEFGHIJKLMNOPQRSTUV'[number // 35 % 31]}{'123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number % 35]}"
    )
    body = f"{letters}{born:%y%m%d}{homonym}"
    return f"{body}{rfc.calc_check_digit(body)}"


def address(rng: random.Random, country: str, place: tuple[str, str, str, str, str]) -> dict[str, str]:
    """A shipping address in a real street with an invented number."""
    city, region, postal_code, _, street = place
    return {
        "role": "shipping",
        "line1": f"{street} {rng.randrange(1, 900)}",
        "city": city,
        "region": region,
        "postal_code": f"{postal_code}-{rng.randrange(1000):03d}" if country == "BR" else postal_code,
        "country": country,
    }
