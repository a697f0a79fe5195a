"""The state of the whole page as API v1 tells it: one word and one sentence."""

from app.models.enums import Verdict


def status_json(verdict: Verdict, components: int) -> dict[str, str]:
    """The status object. The sentence depends on how many components the viewer sees."""
    if verdict is Verdict.OPERATIONAL:
        said = ("System operational", "All systems are operational")
        return {"status": "success", "message": said[components > 1]}
    subject = "Some systems are" if components > 1 else "The system is"
    if verdict is Verdict.MAJOR_OUTAGE:
        return {"status": "danger", "message": f"{subject} experiencing major issues"}
    return {"status": "info", "message": f"{subject} experiencing issues"}
