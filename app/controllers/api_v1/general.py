"""Is anybody there, which version is spoken, how is everything."""

from flask import Response, g

from app.controllers.api_v1 import bp
from app.controllers.api_v1.documented import documented
from app.controllers.api_v1.envelope import data, write
from app.controllers.api_v1.openapi import document
from app.models.standing import Standing
from app.schemas.api_v1 import envelopes
from app.serializers.api_v1.status import status_json

# The version of Cachet whose API this is: clients compare it to know what they may call.
SPOKEN = "2.4.1"


@bp.get("/ping")
@documented(gives=envelopes.Ping, is_whole=True)
def ping() -> Response:
    """A sign of life. Asks neither the database nor Redis."""
    return data("Pong!")


@bp.get("/version")
@documented(gives=envelopes.Version, is_whole=True)
def version() -> Response:
    """The version. Daymark looks nowhere for a newer one, so it is the latest. `prelease` is Cachet's spelling."""
    latest = {"tag_name": f"v{SPOKEN}", "prelease": False, "draft": False}
    return write({"meta": {"on_latest": True, "latest": latest}, "data": SPOKEN})


@bp.get("/status")
@documented(gives=envelopes.Status, is_whole=True)
def status() -> Response:
    """The banner in two words."""
    standing = Standing.load(g.viewer)
    response = data(status_json(standing.verdict, len(standing.components)))
    response.headers["Cache-Control"] = "max-age=30, " + ("public" if g.viewer is None else "private")
    return response


@bp.get("/openapi.json")
def openapi() -> Response:
    """This API, for programs: an OpenAPI 3.1 document."""
    response = write(document())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
