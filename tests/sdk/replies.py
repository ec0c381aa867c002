"""What SDKs need to hear before they send anything."""

from __future__ import annotations

from mouchard.demo.server import Ask

_RUDDER = (
    '{"source":{"id":"1","name":"b","writeKey":"2Ab3Cd4Ef5Gh6Ij7Kl8Mn9Op0Qr","enabled":true,"config":{},'
    '"destinations":[],"workspaceId":"1","dataplanes":{},"connections":[]},"updatedAt":"2024-01-01"}'
)
_BRANCH = (
    '{"session_id":"1195438110498104981","identity_id":"1195438110498104982","link":"https://x.app.link/a",'
    '"data":"{}","has_app":false}'
)
_HIGHLIGHT = '{"data":{"initializeSession":{"secure_id":"8QoTJpG9FKdSlH9HS7w71saSYuHi","project_id":"1"}}}'
_CLEVERTAP = '$WZRK_WR.s("0a1b2c3d4e5f40008000000000000001",true,"1795328555",1,false,true);'
_KAMELEOON = (
    '{"configuration":{"dataApiDomain":"eu-data.kameleoon.eu","consentType":"NOT_REQUIRED",'
    '"consentBlockingType":"PARTIALLY_BLOCKED"},"customData":[],"featureFlags":[],"segments":[],'
    '"audiences":[]}'
)
_SITECORE = '{"ref":"0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9","client_key":"k","status":"OK","version":"1.2"}'
_OPENKIT = "type=m&cp=1&si=60&bl=150&id=1&mp=1&cr=1&er=1"
_REPLIES = (
    # part of the host, part of the address, type of the answer, answer
    ("", "sourceConfig", "json", _RUDDER),
    ("bitmovin.com", "/licensing", "json", '{"status":"granted","message":"There you go."}'),
    ("app.link", "/_r", "javascript", '/**/branch_callback__0("1049810498104981");'),
    ("branch.io", "", "json", _BRANCH),
    ("pub.highlight.io", "", "json", _HIGHLIGHT),
    ("clevertap-prod.com", "", "javascript", _CLEVERTAP),
    ("absmartly.io", "application=", "json", '{"experiments":[]}'),
    ("pushwoosh.com", "", "json", '{"status_code":200,"status_message":"OK","response":{"features":{}}}'),
    ("kameleoon.eu", "", "json", _KAMELEOON),
    ("sitecorecloud.io", "", "json", _SITECORE),
    ("balise-trace.example", "", "text", _OPENKIT),
    ("", "", "json", "{}"),
)


def reply(ask: Ask) -> tuple[str, str]:
    """The type and the text of the answer."""
    where = ask.url.geturl()
    return next(
        (f"application/{kind}", text)
        for host, part, kind, text in _REPLIES
        if ask.host.endswith(host) and part in where
    )
