"""SDKs from npm that carry what they are told in ways of their own: CBOR, headers, paths, names of JSON."""

from __future__ import annotations

from tests.sdk.sdk import Sdk, sdk

CARRYING: tuple[Sdk, ...] = (
    sdk("cbor", "cbor-x", "octets-serres.example", "city dob email name phone", """
        import {encode} from "cbor-x";
        fetch("https://b.octets-serres.example/v1", {method: "POST",
            headers: {"Content-Type": "application/cbor"}, body: encode({courrier: email, tel: phone,
                titulaire: first + " " + last, ville: city, naissance: birth})});
    """),
    sdk("kameleoon", "@kameleoon/javascript-sdk", "kameleoon.eu", "email name phone", """
        import {CustomData, KameleoonClient} from "@kameleoon/javascript-sdk";
        const client = new KameleoonClient({siteCode: "abcdefghij",
            configuration: {trackingInterval: 500, domain: "marchand-vert.example"}});
        client.initialize().then(() => {
            const visitor = client.getVisitorCode();
            client.addData(visitor, new CustomData(0, email), new CustomData(1, first + " " + last, phone));
            client.flush(visitor);
        });
    """, "Kameleoon"),
    sdk("sitecore", "@sitecore-cloudsdk/core @sitecore-cloudsdk/events", "sitecorecloud.io",
        "city dob email first_name last_name phone", """
        import {CloudSDK} from "@sitecore-cloudsdk/core/browser";
        import {identity} from "@sitecore-cloudsdk/events/browser";
        CloudSDK({sitecoreEdgeContextId: "0123456789abcdefABCD", siteName: "boutique",
            enableBrowserCookie: true, cookieDomain: "www.marchand-vert.example"}).addEvents().initialize();
        setTimeout(() => identity({channel: "WEB", currency: "EUR", language: "FR", email, firstName: first,
            lastName: last, phone, dob: birth + "T00:00", city,
            identifiers: [{id: email, provider: "email"}]}), 3000);
    """, "Sitecore"),
    sdk("hackle", "@hackler/javascript-sdk", "hackle.io", "city email name phone user_id", """
        import * as Hackle from "@hackler/javascript-sdk";
        const client = Hackle.createInstance("0123456789abcdef0123456789abcdef", {pollingIntervalMillis: 0,
            user: {id: number, userId: number, properties: {email, ville: city}}});
        setTimeout(() => {
            client.setUser({userId: number, properties: {email, titulaire: first + " " + last, ville: city}});
            client.setPhoneNumber(phone);
            client.track({key: "achat", value: 59.9, properties: {email}});
        }, 2000);
    """, "Hackle"),
    sdk("featurehub", "featurehub-javascript-client-sdk", "fanions-ruche.example", "city email name", """
        import {EdgeFeatureHubConfig, FeatureHubPollingClient} from "featurehub-javascript-client-sdk";
        const config = new EdgeFeatureHubConfig("https://f.fanions-ruche.example",
            "default/01234567/0123456789abcdef");
        config.edgeServiceProvider((store, all) => new FeatureHubPollingClient(store, all, 300000));
        config.newContext().userKey(email).attributeValue("titulaire", first + " " + last)
            .attributeValue("ville", city).build().catch(() => 0);
    """),
    sdk("pubnub", "pubnub", "pndsn.com", "city email name phone user_id", """
        import PubNub from "pubnub";
        addEventListener("load", () => {
            const client = new PubNub({publishKey: "pub-c-01234567-89ab-4cde-8f01-23456789abcd",
                subscribeKey: "sub-c-01234567-89ab-4cde-8f01-23456789abcd", userId: number});
            client.publish({channel: "boutique", message: {email}, meta: {ville: city}}).catch(() => 0);
            client.publish({channel: "boutique", sendByPost: true,
                message: {titulaire: first + " " + last, tel: phone}}).catch(() => 0);
        });
    """, "PubNub"),
    sdk("openkit", "@dynatrace/openkit-js", "balise-trace.example", "city email name phone user_id", """
        import {OpenKitBuilder} from "@dynatrace/openkit-js";
        const kit = new OpenKitBuilder("https://bf1.balise-trace.example/mbeacon",
            "01234567-89ab-4cde-8f01-23456789abcd", 42).withDataCollectionLevel(2).build();
        kit.waitForInit(() => {
            const session = kit.createSession();
            session.identifyUser(email);
            const action = session.enterAction("compte de " + first + " " + last);
            action.reportValue("tel", phone);
            action.reportValue("ville", city);
            action.reportEvent("client " + number);
            action.leaveAction();
            setTimeout(() => session.end(), 1000);
        });
    """),
    sdk("sentry-replay", "@sentry/browser", "ingest.us.sentry.io", "email name phone session_recording", """
        import * as Sentry from "@sentry/browser";
        Sentry.init({dsn: "https://da532bf806defa26fdbeee5dd2e0d68f@o450100.ingest.us.sentry.io/4505",
            replaysSessionSampleRate: 1, integrations: [Sentry.replayIntegration({maskAllText: false,
                maskAllInputs: false, minReplayDuration: 0})]});
        addEventListener("load", () => {
            document.body.append(first + " " + last);
            const field = document.body.appendChild(document.createElement("input"));
            field.value = phone;
        });
        Sentry.captureFeedback({name: first + " " + last, email, message: "rappelez au " + phone});
        setTimeout(() => Sentry.getReplay().flush(), 4000);
    """, "Sentry"),
)  # fmt: skip
