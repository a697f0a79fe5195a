"""How mails leave. What is not set here, "" or 0, is as `.env` says; a variable of the environment wins over both."""

from app.i18n import _l
from app.models.declared.declaration import Declared

SETTINGS = {
    "mail_driver": Declared(str, "", _l("Whether mails are sent through a mail server, or only written to files.")),
    "mail_host": Declared(str, "", _l("The server that sends your mail.")),
    "mail_port": Declared(int, 0, _l("The port of the mail server. 587 is usual.")),
    "mail_encryption": Declared(str, "", _l("How the connection to the mail server is encrypted.")),
    "mail_username": Declared(str, "", _l("Who signs in to the mail server.")),
    "mail_password": Declared(str, "", _l("The password that goes with the username."), is_secret=True),
    "mail_address": Declared(str, "", _l("The address that mails come from.")),
    "mail_name": Declared(str, "", _l("The name that mails come from. Left empty, it is the name of the page.")),
}
