"""What the demo makes up: a small service, its quarter, its work and its numbers."""

from app.i18n import _l
from app.models.enums import Calculation, ComponentStatus, IncidentStatus

SLOW, PARTIAL, MAJOR = (
    ComponentStatus.PERFORMANCE_ISSUES,
    ComponentStatus.PARTIAL_OUTAGE,
    ComponentStatus.MAJOR_OUTAGE,
)
INVESTIGATING, IDENTIFIED, WATCHING, FIXED = (
    IncidentStatus.INVESTIGATING,
    IncidentStatus.IDENTIFIED,
    IncidentStatus.WATCHING,
    IncidentStatus.FIXED,
)

# Group: its components by key, name and description.
GROUPS = [
    (
        _l("Website and apps"),
        [
            ("website", _l("Website"), _l("The shop and the customer area.")),
            ("sign-in", _l("Sign-in"), _l("Accounts, passwords and single sign-on.")),
            ("mobile", _l("Mobile apps"), ""),
        ],
    ),
    (
        _l("Platform"),
        [
            ("api", _l("API"), _l("What our partners’ programs talk to.")),
            ("search", _l("Search"), ""),
            ("mail", _l("Mail delivery"), _l("Order confirmations and invoices.")),
            ("storage", _l("File storage"), ""),
        ],
    ),
]

# Days ago, hour of the day, minutes it took, name, impacts, first words, then (share of the time, status, words).
INCIDENTS = [
    (
        83,
        9,
        64,
        _l("Checkout fails for some cards"),
        {"website": PARTIAL},
        _l("Some card payments end in an error. We are looking into it with our payment provider."),
        [
            (0.4, IDENTIFIED, _l("An expired certificate at the provider is the cause. They are replacing it.")),
            (1, FIXED, _l("All cards work again. Orders that failed have not been charged.")),
        ],
    ),
    (
        71,
        14,
        22,
        _l("Search answers slowly"),
        {"search": SLOW},
        _l("Searching takes up to ten seconds."),
        [(1, FIXED, _l("A runaway query has been stopped; searching is as fast as ever."))],
    ),
    (
        58,
        3,
        137,
        _l("API unavailable"),
        {"api": MAJOR, "mobile": PARTIAL},
        _l("The API answers no requests, and the mobile apps show no orders. We are on it."),
        [
            (0.3, IDENTIFIED, _l("A failed disk took the primary database down. We are switching to the replica.")),
            (0.8, WATCHING, _l("The replica has taken over. We are watching it.")),
            (1, FIXED, _l("Everything has been stable for half an hour. No data was lost.")),
        ],
    ),
    (
        44,
        11,
        95,
        _l("Order confirmations are late"),
        {"mail": SLOW},
        _l("Mails leave with a delay of about half an hour. None is lost."),
        [
            (0.5, IDENTIFIED, _l("A large mailing filled the queue. It now runs apart from confirmations.")),
            (1, FIXED, _l("The queue is empty again.")),
        ],
    ),
    (
        37,
        20,
        41,
        _l("Sign-in fails for single sign-on"),
        {"sign-in": PARTIAL},
        _l("Whoever signs in through their company gets an error. Passwords work."),
        [(1, FIXED, _l("The company certificate has been renewed; signing in works for everyone."))],
    ),
    (
        21,
        7,
        18,
        _l("Website unreachable"),
        {"website": MAJOR, "sign-in": MAJOR},
        _l("The website does not load. We are looking into it."),
        [
            (0.5, IDENTIFIED, _l("A faulty release is being taken back.")),
            (1, FIXED, _l("The website is back. A check that would have caught this has been added.")),
        ],
    ),
    (
        9,
        16,
        33,
        _l("Uploads are slow"),
        {"storage": SLOW},
        _l("Uploading files takes longer than usual."),
        [(1, FIXED, _l("A full disk has been extended; uploads are as fast as before."))],
    ),
    (
        2,
        10,
        26,
        _l("Push notifications do not arrive"),
        {"mobile": SLOW},
        _l("Some phones get no notifications."),
        [
            (0.6, WATCHING, _l("Notifications flow again. We are watching.")),
            (1, FIXED, _l("All notifications arrive, also those that were late.")),
        ],
    ),
]
# The same for one that is open, begun so many minutes ago.
OPEN = (
    50,
    _l("Some searches find nothing"),
    {"search": SLOW},
    _l("A few searches bring no results although there are some. We are looking into it."),
    [(0.5, IDENTIFIED, _l("A part of the index is out of date. It is being built again; that takes about an hour."))],
)

# Hours from now until the start, hours that it takes, name, components, message.
MAINTENANCES = [
    (
        -0.75,
        2.0,
        _l("Storage gets new disks"),
        ["storage"],
        _l("Files stay available. Uploads may wait for up to a minute while a server restarts."),
    ),
    (
        39,
        2.0,
        _l("Database upgrade"),
        ["api", "mobile"],
        _l(
            "The API answers no requests for about five minutes within this time. The website shows prices, "
            "but takes no orders."
        ),
    ),
]

# Name, unit, how it adds up, middle, swing over the day.
METRICS = [
    (_l("Response time"), "ms", Calculation.AVERAGE, 180.0, 60.0),
    (_l("Orders"), _l("orders"), Calculation.SUM, 14.0, 9.0),
]

TEMPLATE = (
    _l("Outage of a component"),
    _l(
        "**{{ component|default('A part of our service') }}** is not available since {{ occurred_at|date('H:i') }}.\n\n"
        "{% if workaround %}Meanwhile: {{ workaround }}\n\n{% endif %}We are working on it and write again within "
        "{{ minutes|default('30') }} minutes."
    ),
)
