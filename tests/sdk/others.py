"""More SDKs from npm: feature flags, crash reports, customer data, smaller analytics."""

from __future__ import annotations

from tests.sdk.sdk import Sdk, sdk

OTHERS: tuple[Sdk, ...] = (
    sdk("newrelic", "@newrelic/browser-agent", "nr-data.net", "email user_id", """
        import {BrowserAgent} from "@newrelic/browser-agent/loaders/browser-agent";
        const agent = new BrowserAgent({
            init: {privacy: {cookies_enabled: true}, distributed_tracing: {enabled: false}},
            info: {beacon: "bam.eu01.nr-data.net", errorBeacon: "bam.eu01.nr-data.net",
                licenseKey: "NRJS-0a1b2c3d4e", applicationID: "538", sa: 1},
            loader_config: {accountID: "1", trustKey: "1", agentID: "538", licenseKey: "NRJS-0a1b2c3d4e",
                applicationID: "538"}});
        agent.setUserId(number);
        agent.setCustomAttribute("email", email);
        agent.addPageAction("compte", {email});
        agent.noticeError(new Error("panne"), {email});
    """),
    sdk("customerio", "@customerio/cdp-analytics-browser", "customer.io",
        "email first_name last_name user_id", """
        import {AnalyticsBrowser} from "@customerio/cdp-analytics-browser";
        const analytics = AnalyticsBrowser.load({writeKey: "0123456789abcdef0123", cdnSettings: {
            integrations: {"Customer.io Data Pipelines": {apiKey: "0123456789abcdef0123",
                apiHost: "cdp-eu.customer.io/v1"}}}});
        analytics.identify(number, {email, first_name: first, last_name: last});
    """),
    sdk("growthbook", "@growthbook/growthbook", "drapeaux-pousse.example", "email user_id", """
        import {GrowthBook} from "@growthbook/growthbook";
        new GrowthBook({apiHost: "https://gb.drapeaux-pousse.example", clientKey: "sdk-0123456789ab",
            remoteEval: true,
            attributes: {id: number, email}}).init();
    """),
    sdk("split", "@splitsoftware/splitio-browserjs", "split.io", "user_id", """
        import {SplitFactory} from "@splitsoftware/splitio-browserjs";
        SplitFactory({core: {authorizationKey: "0123456789abcdef0123456789abcdef0123",
            key: number}}).client();
    """),
    sdk("countly", "countly-sdk-web", "compteur-exemple.example", "email name phone", """
        import countly from "countly-sdk-web";
        const Countly = countly.default;
        Countly.init({app_key: "0123456789abcdef", url: "https://try.compteur-exemple.example", interval: 500,
            ignore_bots: false});
        Countly.user_details({name: first + " " + last, email, phone});
        Countly.add_event({key: "compte", segmentation: {email}});
    """),
    sdk("openreplay", "@openreplay/tracker", "rejeu-ouvert.example", "user_id", """
        import Tracker from "@openreplay/tracker";
        const tracker = new Tracker({projectKey: "0123456789abcdefghij",
            ingestPoint: "https://ingest.rejeu-ouvert.example/ingest",
            __DISABLE_SECURE_MODE: true});
        tracker.start({userID: number, metadata: {email}});
    """),
    sdk("june", "@june-so/analytics-next", "june.so", "email user_id", """
        import {AnalyticsBrowser} from "@june-so/analytics-next";
        const [analytics] = [AnalyticsBrowser.load({writeKey: "0123456789abcdef"})];
        analytics.identify(number, {email});
    """),
    sdk("plausible", "plausible-tracker", "plausible.io", "email", """
        import Plausible from "plausible-tracker";
        Plausible({domain: "marchand-vert.example", trackLocalhost: true}).trackEvent("compte",
            {props: {email}});
    """),
    sdk("keen", "keen-tracking", "keen.io", "email user_id", """
        import keen from "keen-tracking";
        const Keen = keen.default;
        const client = new Keen({projectId: "0123456789abcdef01234567", writeKey: "0123456789abcdef"});
        client.recordEvent("compte", {user: {email, id: number}});
    """),
    sdk("ahoy", "ahoy.js", "ohe-bateau.example", "email", """
        import ahoy from "ahoy.js";
        ahoy.configure({urlPrefix: "https://a.ohe-bateau.example", trackVisits: true, cookies: true});
        ahoy.track("compte", {email});
    """),
    sdk("mparticle", "@mparticle/web-sdk", "mparticle.com", "email user_id", """
        import mParticle from "@mparticle/web-sdk";
        mParticle.init("us1-0123456789abcdef0123456789abcdef", {isDevelopmentMode: true, requestConfig: false,
            identifyRequest: {userIdentities: {email, customerid: number}}}, "default_instance");
    """),
    sdk("alloy", "@adobe/alloy", "adobedc.net", "email phone", """
        import {createInstance} from "@adobe/alloy";
        const alloy = createInstance({name: "alloy"});
        alloy("configure", {datastreamId: "3f1c0a00-0000-4000-8000-000000000000",
            orgId: "0123456789ABCDEF01234567@AdobeOrg",
            defaultConsent: "in", thirdPartyCookiesEnabled: false});
        alloy("sendEvent", {xdm: {identityMap: {Email: [{id: email}], Phone: [{id: phone}]}}});
    """),
    sdk("treasuredata", "td-js-sdk", "treasuredata.com", "email first_name", """
        import Treasure from "td-js-sdk";
        const td = new Treasure({database: "boutique", writeKey: "1/0123456789abcdef",
            host: "eu01.records.in.treasuredata.com",
            startInSignedMode: true});
        td.trackEvent("compte", {email, first_name: first});
    """),
    sdk("flagsmith", "flagsmith", "flagsmith.com", "email user_id", """
        import flagsmith from "flagsmith";
        flagsmith.init({environmentID: "0123456789abcdef", identity: number, traits: {email},
            preventFetch: false});
    """),
    sdk("unleash", "unleash-proxy-client", "laisse-lache.example", "email user_id", """
        import {UnleashClient} from "unleash-proxy-client";
        new UnleashClient({url: "https://u.laisse-lache.example/api/frontend", clientKey: "0123456789",
            appName: "boutique",
            context: {userId: number, properties: {email}}}).start();
    """),
    sdk("harness", "@harnessio/ff-javascript-client-sdk", "harness.io", "email name user_id", """
        import {initialize} from "@harnessio/ff-javascript-client-sdk";
        initialize("01234567-89ab-4cde-8f01-23456789abcd", {identifier: number, name: first + " " + last,
            attributes: {email}});
    """),
    sdk("coralogix", "@coralogix/browser", "rum-ingress-coralogix.com", "email first_name user_id", """
        import {CoralogixRum} from "@coralogix/browser";
        CoralogixRum.init({public_key: "cxtp_0123456789abcdef", application: "boutique", version: "1",
            coralogixDomain: "EU2",
            user_context: {user_id: number, user_name: first, user_email: email}});
        CoralogixRum.error("panne", {email});
    """),
    sdk("appsignal", "@appsignal/javascript", "appsignal-endpoint.net", "email user_id", """
        import Appsignal from "@appsignal/javascript";
        const appsignal = new Appsignal({key: "01234567-89ab-4cde-8f01-23456789abcd"});
        appsignal.sendError(new Error("panne"), (span) => span.setTags({user_id: number, email}));
    """),
    sdk("airbrake", "@airbrake/browser", "airbrake.io", "email name user_id", """
        import {Notifier} from "@airbrake/browser";
        const airbrake = new Notifier({projectId: 1, projectKey: "0123456789abcdef",
            environment: "production"});
        airbrake.addFilter((notice) => {
            notice.context.user = {id: number, email, name: first + " " + last};
            return notice;
        });
        airbrake.notify(new Error("panne"));
    """),
    sdk("splunk", "@splunk/otel-web", "signalfx.com", "email user_id", """
        import SplunkRum from "@splunk/otel-web";
        SplunkRum.init({realm: "eu0", rumAccessToken: "0123456789abcdef", applicationName: "boutique",
            globalAttributes: {"enduser.id": number, "enduser.email": email}});
        SplunkRum.error(new Error("panne"));
    """),
    sdk("atatus", "atatus-spa", "atatus.com", "email name user_id", """
        import atatus from "atatus-spa";
        atatus.config("0123456789abcdef0123456789abcdef").install();
        atatus.setUser(number, email, first + " " + last);
        atatus.notify(new Error("panne"));
    """),
    sdk("rudderstack3", "@rudderstack/analytics-js", "dataplane-timonier.example", "email first_name user_id",
        """
        import {RudderAnalytics} from "@rudderstack/analytics-js/bundled";
        const rudder = new RudderAnalytics();
        rudder.load("2Ab3Cd4Ef5Gh6Ij7Kl8Mn9Op0Qr", "https://dataplane-timonier.example",
            {configUrl: "https://api.rudderstack.com"});
        rudder.identify(number, {email, firstName: first});
    """),
    sdk("datadog-logs", "@datadog/browser-logs", "browser-intake-datadoghq.com", "email name user_id", """
        import {datadogLogs} from "@datadog/browser-logs";
        datadogLogs.init({clientToken: "pub0123456789abcdef0123456789abcdef", site: "datadoghq.com",
            sessionSampleRate: 100, allowUntrustedEvents: true, telemetrySampleRate: 0});
        datadogLogs.setUser({id: number, email, name: first + " " + last});
        datadogLogs.logger.info("compte", {email});
        setTimeout(() => {
            Object.defineProperty(document, "visibilityState", {value: "hidden"});
            document.dispatchEvent(new Event("visibilitychange", {bubbles: true}));
        }, 8000);
    """),
    sdk("usermaven", "@usermaven/sdk-js", "usage-savant.example", "email first_name last_name user_id", """
        import {usermavenClient} from "@usermaven/sdk-js";
        const client = usermavenClient({key: "UM0123456789",
            trackingHost: "https://events.usage-savant.example", autoPageview: false});
        client.id({id: number, email, first_name: first, last_name: last, created_at: "2024-01-01T00:00:00"});
        client.track("compte", {email});
    """),
    sdk("openpanel", "@openpanel/sdk", "openpanel.dev", "email first_name last_name user_id", """
        import {OpenPanel} from "@openpanel/sdk";
        const op = new OpenPanel({clientId: "01234567-89ab-4cde-8f01-23456789abcd"});
        op.identify({profileId: number, email, firstName: first, lastName: last});
    """),
    sdk("jitsu1", "@jitsu/sdk-js", "vieux-jitsu.example", "email user_id", """
        import {jitsuClient} from "@jitsu/sdk-js";
        const jitsu = jitsuClient({key: "js.0123456789.abcdef",
            tracking_host: "https://t.vieux-jitsu.example"});
        jitsu.id({id: number, email});
        jitsu.track("compte");
    """),
    sdk("swetrix", "swetrix", "swetrix.com", "email", """
        import * as Swetrix from "swetrix";
        Swetrix.init("0123456789ab", {devMode: true, respectDNT: false});
        Swetrix.track({ev: "COMPTE", meta: {email}});
    """),
    sdk("devcycle", "@devcycle/js-client-sdk", "devcycle.com", "email name user_id", """
        import {initializeDevCycle} from "@devcycle/js-client-sdk";
        initializeDevCycle("dvc_client_0123456789abcdef", {user_id: number, email, name: first + " " + last});
    """),
    sdk("trackjs", "trackjs", "trackjs.com", "email user_id", """
        import {TrackJS} from "trackjs";
        TrackJS.install({token: "0123456789abcdef0123456789abcdef"});
        TrackJS.configure({userId: number});
        TrackJS.addMetadata("email", email);
        TrackJS.track("panne");
    """),
    sdk("iterable", "@iterable/web-sdk", "iterable.com", "email first_name", """
        import {initialize, updateUser} from "@iterable/web-sdk";
        const token = [{alg: "HS256"}, {email,
            exp: 4000000000}].map((part) => btoa(JSON.stringify(part))).join(".") + ".c2ln";
        initialize("0123456789abcdef0123456789abcdef", async () => token).setEmail(email);
        setTimeout(() => updateUser({dataFields: {firstName: first}}), 500);
    """),
)  # fmt: skip
