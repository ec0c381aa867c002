"""SDKs from npm that send to an address of the site itself, which hands it on; and formats of their own."""

from __future__ import annotations

from tests.sdk.sdk import Sdk, sdk

RELAYS: tuple[Sdk, ...] = (
    sdk("posthog-relay", "posthog-js", "ph.marchand-vert.example", "dob email name user_id", """
        import posthog from "posthog-js";
        posthog.init("phc_0123456789abcdef0123456789abcdef", {api_host: "https://ph.marchand-vert.example/lait",
            ui_host: "https://eu.posthog.com", opt_out_useragent_filter: true, persistence: "memory",
            disable_session_recording: true, person_profiles: "always"});
        posthog.identify(number, {email, name: first + " " + last, birthday: birth});
        posthog.capture("compte");
    """, company="PostHog"),
    sdk("sentry-tunnel", "@sentry/browser", "veille.marchand-vert.example",
        "email session_recording user_id", """
        import * as Sentry from "@sentry/browser";
        Sentry.init({dsn: "https://da532bf806defa26fdbeee5dd2e0d68f@o450100.ingest.de.sentry.io/4505",
            tunnel: "https://veille.marchand-vert.example/panne", replaysSessionSampleRate: 1,
            integrations: [Sentry.replayIntegration({maskAllText: false, maskAllInputs: false})]});
        Sentry.setUser({id: number, email});
        Sentry.captureException(new Error("panne"));
    """, company="Sentry"),
    sdk("datadog-proxy", "@datadog/browser-rum", "dd.marchand-vert.example",
        "dob email name session_recording user_id", """
        import {datadogRum} from "@datadog/browser-rum";
        datadogRum.init({applicationId: "bcf2d0d7-2a4b-4a4e-9b8e-0f1f2a3b4c5d",
            clientToken: "pub0123456789abcdef0123456789abcdef", site: "datadoghq.eu",
            proxy: "https://dd.marchand-vert.example/mesure", sessionSampleRate: 100,
            sessionReplaySampleRate: 100, allowUntrustedEvents: true, defaultPrivacyLevel: "allow",
            compressIntakeRequests: true, telemetrySampleRate: 0});
        datadogRum.setUser({id: number, email, name: first + " " + last, naissance: birth});
        datadogRum.addAction("compte");
        setTimeout(() => {
            Object.defineProperty(document, "visibilityState", {value: "hidden"});
            document.dispatchEvent(new Event("visibilitychange", {bubbles: true}));
        }, 8000);
    """, company="Datadog"),
    sdk("amplitude-proxy", "@amplitude/analytics-browser@1.13.6", "mesure.marchand-vert.example",
        "dob email first_name phone user_id", """
        import * as amplitude from "@amplitude/analytics-browser";
        amplitude.init("fedcba9876543210fedcba9876543210", number, {flushQueueSize: 3, transport: "beacon",
            serverUrl: "https://mesure.marchand-vert.example/2/httpapi"});
        const told = new amplitude.Identify();
        told.set("email", email).set("prenom", first).set("naissance", birth).set("tel", phone);
        amplitude.identify(told);
        amplitude.track("compte");
    """, company="Amplitude"),
    sdk("statsig-proxy", "@statsig/js-client", "drapeaux.marchand-vert.example", "city email user_id", """
        import {StatsigClient} from "@statsig/js-client";
        const client = new StatsigClient("client-0123456789abcdef",
            {userID: number, email, custom: {ville: city}},
            {networkConfig: {api: "https://drapeaux.marchand-vert.example/v1"}});
        client.initializeAsync().then(() => { client.logEvent("compte"); client.flush(); });
    """, company="Statsig"),
    sdk("segment-proxy", "@segment/analytics-next", "cdp.marchand-vert.example",
        "city dob email first_name last_name phone user_id", """
        import {AnalyticsBrowser} from "@segment/analytics-next";
        const key = "k3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3";
        const analytics = AnalyticsBrowser.load({writeKey: key, cdnSettings: {integrations: {"Segment.io":
            {apiKey: key, apiHost: "cdp.marchand-vert.example/v1",
                deliveryStrategy: {strategy: "batching", config: {size: 2, timeout: 1500}}}}}});
        analytics.identify(number, {email, phone, firstName: first, lastName: last, birthday: birth,
            address: {city}});
        analytics.track("Product Viewed", {name: "Lampe Marseille", product_id: "3760123456782"});
    """, company="Segment"),
    sdk("rrweb-packed", "rrweb @rrweb/packer", "rejeu-serre.example", "email name session_recording", """
        import * as rrweb from "rrweb";
        import {pack} from "@rrweb/packer";
        const packed = [];
        addEventListener("load", () => {
            const field = document.body.appendChild(document.createElement("input"));
            rrweb.record({emit: (event) => packed.push(pack(event)), maskAllInputs: false});
            for (const typed of [email, first + " " + last]) {
                field.value = typed;
                field.dispatchEvent(new Event("input", {bubbles: true}));
            }
        });
        setTimeout(() => fetch("https://lots.rejeu-serre.example/v1", {method: "POST",
            body: JSON.stringify({session: "6f1c2d3e", events: packed})}), 4000);
    """),
    sdk("fingerprintjs", "@fingerprintjs/fingerprintjs", "empreinte-nette.example", "fingerprint user_id", """
        import FingerprintJS from "@fingerprintjs/fingerprintjs";
        FingerprintJS.load({monitoring: false}).then((agent) => agent.get()).then((found) =>
            fetch("https://v.empreinte-nette.example/visiteur", {method: "POST", body: JSON.stringify(
                {visitorId: found.visitorId, components: found.components, linkedId: number})}));
    """),
    sdk("ably", "ably", "ably.net", "email phone user_id", """
        import * as Ably from "ably";
        const rest = new Ably.Rest({key: "abcDEF.ghiJKL:0123456789abcdefABCDEF", clientId: number,
            useBinaryProtocol: true});
        rest.channels.get("boutique").publish("compte", {tel: phone, email}).catch(() => {});
    """, company="Ably"),
    sdk("stream-chat", "stream-chat", "chat.stream-io-api.com", "email name", """
        import {StreamChat} from "stream-chat";
        const part = (value) => btoa(JSON.stringify(value)).replace(/=+$/, "");
        const token = part({alg: "HS256"}) + "." + part({user_id: "marguerite"}) + ".c2lnbmF0dXJl";
        new StreamChat("bcdfghjkmnpq").connectUser({id: "marguerite", name: first + " " + last, email}, token)
            .catch(() => {});
    """, company="Stream"),
    sdk("supabase", "@supabase/supabase-js", "abcdefghijklmnopqrst.supabase.co",
        "city dob email first_name phone", """
        import {createClient} from "@supabase/supabase-js";
        const base = createClient("https://abcdefghijklmnopqrst.supabase.co",
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln");
        base.auth.signInWithOtp({email, options: {data: {prenom: first}}}).catch(() => {});
        base.from("clients").select("*").eq("tel", phone).then(() => {}, () => {});
        base.from("clients").upsert({naissance: birth, ville: city}).then(() => {}, () => {});
    """, company="Supabase"),
    sdk("cognito", "amazon-cognito-identity-js", "cognito-idp.eu-west-3.amazonaws.com",
        "dob email first_name phone", """
        import {CognitoUserAttribute, CognitoUserPool} from "amazon-cognito-identity-js";
        const pool = new CognitoUserPool({UserPoolId: "eu-west-3_AbCdEfGhI",
            ClientId: "0123456789abcdefghijklmnop"});
        const told = {email, phone_number: phone, given_name: first, birthdate: birth};
        pool.signUp("client", "Zephyr!Motdepasse7", Object.entries(told).map(([Name, Value]) =>
            new CognitoUserAttribute({Name, Value})), null, () => {});
    """, company="Amazon"),
    sdk("croct", "@croct/plug", "croct.io", "dob email first_name user_id", """
        import croct from "@croct/plug";
        croct.plug({appId: "0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9", track: true});
        croct.identify(number);
        croct.user.edit().set("email", email).set("firstName", first).set("birthDate", birth).save()
            .catch(() => {});
    """, company="Croct"),
)  # fmt: skip
