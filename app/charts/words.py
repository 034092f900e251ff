"""What pictures say, in every language. Names of segments that are in no table (a tenant's own) stay as they are."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.charts.language import Language

_ORDER: Final = ("en", "es", "pt-BR")
Table = Mapping[str, Mapping[str, str]]  # word → language → text


def _table(rows: Mapping[str, tuple[str, str, str]]) -> Table:
    return MappingProxyType(
        {word: MappingProxyType(dict(zip(_ORDER, texts, strict=True))) for word, texts in rows.items()}
    )


# One row serves all maps that have a segment of this sense.
_LOYAL = ("Loyal", "Leales", "Leais")
_LOYAL_SOON = ("Potential loyalists", "Potencialmente leales", "Potencialmente leais")
_NEW = ("New customers", "Clientes nuevos", "Clientes novos")
_ATTENTION = ("Need attention", "Necesitan atención", "Precisam de atenção")
_KEEP = ("Cannot lose them", "No se pueden perder", "Não podemos perder")
_AT_RISK = ("At risk", "En riesgo", "Em risco")
SEGMENTS: Final = _table(
    {
        "champions": ("Champions", "Campeones", "Campeões"),
        "loyal": _LOYAL,
        "loyal_customers": _LOYAL,
        "potential_loyalist": _LOYAL_SOON,
        "potential_loyalists": _LOYAL_SOON,
        "need_attention": _ATTENTION,
        "needing_attention": _ATTENTION,
        "promising": ("Promising", "Prometedores", "Promissores"),
        "new_customers": _NEW,
        "recent_customers": ("Recent customers", "Clientes recientes", "Clientes recentes"),
        "cannot_lose": _KEEP,
        "cant_lose": _KEEP,
        "cant_lose_them": _KEEP,
        "at_risk": _AT_RISK,
        "at_risk_customer": _AT_RISK,
        "about_to_sleep": ("About to sleep", "A punto de dormirse", "Quase adormecidos"),
        "hibernating": ("Hibernating", "Hibernando", "Hibernando"),
        "lost": ("Lost", "Perdidos", "Perdidos"),
        "premium_customer": ("Premium customers", "Clientes premium", "Clientes premium"),
        "repeat_customer": ("Repeat customers", "Clientes recurrentes", "Clientes recorrentes"),
        "top_spender": ("Top spenders", "Mayores compradores", "Maiores compradores"),
        "inactive_customer": ("Inactive customers", "Clientes inactivos", "Clientes inativos"),
        "other": ("Other", "Otros", "Outros"),
        "prospect": ("Prospects", "Sin compras", "Sem compras"),
    }
)
CHANNELS: Final = _table(
    {
        "email": ("E-mail", "Correo electrónico", "E-mail"),
        "sms": ("SMS", "SMS", "SMS"),
        "whatsapp": ("WhatsApp", "WhatsApp", "WhatsApp"),
        "push": ("Push", "Push", "Push"),
        "phone": ("Telephone", "Teléfono", "Telefone"),
        "postal": ("Post", "Correo postal", "Correio"),
        "profiling": ("Profiling", "Elaboración de perfiles", "Perfilização"),
        "sharing": ("Sharing", "Cesión a terceros", "Compartilhamento"),
    }
)
WORDS: Final = _table(
    {
        "as_of": ("As of {day}", "A fecha de {day}", "Em {day}"),
        "period": ("{since} to {until}", "De {since} a {until}", "De {since} a {until}"),
        "buyers": ("{count} buyers", "{count} compradores", "{count} compradores"),
        "prospects": ("{count} without orders", "{count} sin pedidos", "{count} sem pedidos"),
        "window": ("orders of {days} days", "pedidos de {days} días", "pedidos de {days} dias"),
        "nobody": ("Nothing to show yet", "Todavía no hay nada que mostrar", "Ainda não há nada para mostrar"),
        "customers": ("Customers", "Clientes", "Clientes"),
        "revenue": ("Revenue", "Ingresos", "Receita"),
        "share_of_customers": ("Share of buyers", "Proporción de compradores", "Proporção de compradores"),
        "share_of_revenue": ("Share of revenue", "Proporción de ingresos", "Proporção da receita"),
        "segment": ("Segment", "Segmento", "Segmento"),
        "others": ("{count} more", "{count} más", "mais {count}"),
        "without_rate": (
            "{count} orders are left out of amounts: no rate for their currency",
            "{count} pedidos no suman en los importes: falta el tipo de cambio",
            "{count} pedidos não somam nos valores: falta a taxa de câmbio",
        ),
        "matrix_title": (
            "RFM: recency and frequency",
            "RFM: recencia y frecuencia",
            "RFM: recência e frequência",
        ),
        "and_more": ("+1: one more segment in the cell", "+1: un segmento más en la celda",
                     "+1: mais um segmento na célula"),
        "recency": ("Recency: days since the last order", "Recencia: días desde el último pedido",
                    "Recência: dias desde o último pedido"),
        "frequency": ("Frequency: number of orders", "Frecuencia: número de pedidos",
                      "Frequência: número de pedidos"),
        "migration_title": ("Who moved from which segment to which", "Quién pasó de qué segmento a cuál",
                            "Quem passou de qual segmento para qual"),
        "from": ("From ({day})", "De ({day})", "De ({day})"),
        "to": ("To ({day})", "A ({day})", "Para ({day})"),
        "stayed": ("framed: stayed", "con marco: sin cambio", "com moldura: sem mudança"),
        "share_of_row": ("Share of the row", "Proporción de la fila", "Proporção da linha"),
        "growth_title": ("Growth of the customer base", "Crecimiento de la base de clientes",
                         "Crescimento da base de clientes"),
        "at_the_end": ("Customers at the end of each period", "Clientes al final de cada periodo",
                       "Clientes no fim de cada período"),
        "new_customers": ("New customers", "Clientes nuevos", "Clientes novos"),
        "first_orders": ("First orders", "Primeros pedidos", "Primeiros pedidos"),
        "erased": ("Erased", "Suprimidos", "Eliminados"),
        "retention_title": ("Retention by month of the first order", "Retención por mes del primer pedido",
                            "Retenção por mês do primeiro pedido"),
        "months_since": ("Months since the first order", "Meses desde el primer pedido",
                         "Meses desde o primeiro pedido"),
        "cohort": ("First order", "Primer pedido", "Primeiro pedido"),
        "under_way": ("dashed: the month is not over", "línea discontinua: el mes no ha terminado",
                      "tracejado: o mês não terminou"),
        "share_that_bought": ("Share who bought", "Proporción que compró", "Proporção que comprou"),
        "revenue_title": ("Revenue by segment", "Ingresos por segmento", "Receita por segmento"),
        "consents_title": ("Consents by channel", "Consentimientos por canal", "Consentimentos por canal"),
        "people": ("{count} people with a decision", "{count} personas con una decisión",
                   "{count} pessoas com uma decisão"),
        "given": ("Given", "Dado", "Dado"),
        "waiting": ("Waiting", "En espera", "Em espera"),
        "no": ("No", "No", "Não"),
        "ended": ("Expired or invalid", "Caducado o inválido", "Expirado ou inválido"),
    }
)  # fmt: skip


def say(language: Language, word: str, **values: str) -> str:
    """A word, its places filled."""
    return WORDS[word][language.id].format(**values)


def segment_name(language: Language, segment: str) -> str:
    """The name of a segment for people; of one that no table knows, the one it was given."""
    known = SEGMENTS.get(segment)
    return known[language.id] if known else segment.replace("_", " ")


def channel_name(language: Language, channel: str) -> str:
    """The name of a consent's channel for people."""
    known = CHANNELS.get(channel)
    return known[language.id] if known else channel
