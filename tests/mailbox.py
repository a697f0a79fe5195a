"""A real SMTP server that keeps what it is sent and can be told to refuse."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.processes import free_port


class Mailbox:
    """`messages` in order of arrival, `senders` whom their envelopes name. `answers` maps an address to what MAIL or
    RCPT with it is answered, and "DATA" to what a message is; `down()` closes the port. Who signs in must be `account`,
    a name and a password; nobody has to."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.senders: list[str] = []
        self.connections = 0
        self.asked = 0  # how often somebody wanted to send
        self.answers: dict[str, str] = {}
        self.account = ("daymark", "a right password")
        self.signed_in: list[str] = []
        self.port = free_port()
        self.controller = self._controller()
        self._before: dict = {}

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.asked += 1
        if address in self.answers:
            return self.answers[address]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.senders.append(envelope.mail_from)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *error):
        self.down()

    def down(self):
        if self.controller.server is not None:
            self.controller.stop()

    def up(self):
        self.controller = self._controller()
        self.controller.start()

    def _controller(self) -> Controller:
        return Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            authenticator=self._authenticate,
            auth_require_tls=False,
            ready_timeout=60,
        )

    def _authenticate(self, server, session, envelope, mechanism, given):
        name, password = given.login.decode(), given.password.decode()
        self.signed_in.append(name)
        return AuthResult(success=(name, password) == self.account, handled=False)

    @property
    def config(self):
        """What makes an application send here, as `.env` would."""
        way = {"driver": "smtp", "host": "127.0.0.1", "port": self.port, "encryption": "null", "username": None}
        return {f"MAIL_{name.upper()}": value for name, value in way.items()}

    def configure(self, app):
        """Make `app` send here."""
        self._before = {name: app.config[name] for name in self.config}
        app.config.update(self.config)

    def restore(self, app):
        app.config.update(self._before)

    def to(self, address: str) -> list[EmailMessage]:
        """What arrived for `address`."""
        return [message for message in self.messages if message["To"] == address]

    @staticmethod
    def text(message: EmailMessage) -> str:
        return message.get_body(("plain",)).get_content()

    @staticmethod
    def html(message: EmailMessage) -> str:
        return message.get_body(("html",)).get_content()


class Watching(Mailbox):
    """Notes whether the session that sends holds a transaction while it waits for an answer."""

    def __init__(self, session):
        super().__init__()
        self.session, self.found = session, []

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.found.append(("greeted", self.session.in_transaction()))
        return await super().handle_EHLO(server, session, envelope, hostname, responses)

    async def handle_DATA(self, server, session, envelope):
        self.found.append(("sent", self.session.in_transaction()))
        return await super().handle_DATA(server, session, envelope)
