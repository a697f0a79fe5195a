import re

from app.controllers.api_v1.openapi import document


def test_every_operation_is_told_with_a_call_that_can_be_pasted(client):
    page = client.get("/docs/api").text
    for path, verbs in document()["paths"].items():
        for verb, said in verbs.items():
            assert f'id="{said["operationId"]}"' in page
            assert f'href="#{said["operationId"]}"' in page
            assert f'<span class="verb {verb}">{verb.upper()}</span> <code dir="ltr">{path}</code>' in page
    assert (
        "curl \\\n  -H &#34;X-Cachet-Token: $TOKEN&#34; \\\n  -H &#34;Content-Type: application/json&#34; \\\n"
        "  -d &#39;{&#34;name&#34;: &#34;API&#34;, &#34;status&#34;: 1}&#39; \\\n"
        "  http://status.test/api/v1/components</code>"
    ) in page
    assert "-X DELETE \\\n  http://status.test/api/v1/incidents/1/updates/1</code>" in page


def test_a_field_says_its_type_its_rule_and_its_default(client):
    page = client.get("/docs/api").text
    assert re.search(
        r"<code>places</code> <span[^>]*>integer</span></dt>\s*<dd><span lang=\"en\">Decimal places, 0 to 4\.</span> "
        r"<span[^>]*>0 to 4</span> <span[^>]*>Default: 2</span></dd>",
        page,
    )
    assert re.search(r"<code>name</code> <span[^>]*>string</span> <b>required</b>", page)
    assert re.search(r"<code>Time-Zone</code> <span[^>]*>string</span> <span[^>]*>header</span>", page)
    assert "<code>components.manage</code>" in page


def test_its_anchors_are_unlike_and_lead_somewhere(client):
    page = client.get("/docs/api").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_it_has_scripts_of_ours_only_and_no_other_host_and_is_kept(client):
    answer = client.get("/docs/api")
    assert "<script>" not in answer.text
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!status\.test)', answer.text)
    assert "s-maxage" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers
    again = client.get("/docs/api", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
