import pytest

from app.lib.agent import browser_and_system

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Android 15; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1"


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (CHROME, ("Chrome", "Windows")),
        (f"{CHROME} Edg/131.0.0.0", ("Edge", "Windows")),
        (f"{CHROME} OPR/116.0.0.0", ("Opera", "Windows")),
        (ANDROID, ("Firefox", "Android")),
        (f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1", ("Safari", "iPhone")),
        (f"{IPHONE} CriOS/131.0 Mobile/15E148 Safari/604.1", ("Chrome", "iPhone")),
        (f"{MAC} Safari/605.1.15", ("Safari", "Mac")),
        ("curl/8.5.0", ("curl", "")),
        ("", ("", "")),
        ("<script>", ("", "")),
    ],
)
def test_people_recognise_their_devices(agent, told):
    assert browser_and_system(agent) == told
