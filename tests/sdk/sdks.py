"""Real vendor SDKs, as sites use them: which package, which calls, which host gets what."""

from __future__ import annotations

from tests.sdk.carrying import CARRYING
from tests.sdk.choosing import CHOOSING
from tests.sdk.messaging import MESSAGING
from tests.sdk.others import OTHERS
from tests.sdk.relays import RELAYS
from tests.sdk.sdk import sdk
from tests.sdk.telling import TELLING
from tests.sdk.watching import WATCHING

SDKS = (
    sdk("posthog", "posthog-js", "i.posthog.com", "email name user_id", """
        import posthog from "posthog-js";
        posthog.init("phc_0123456789abcdef0123456789abcdef", {api_host: "https://eu.i.posthog.com",
            request_batching: false, opt_out_useragent_filter: true, disable_session_recording: true,
                advanced_disable_decide: true});
        posthog.identify(number, {email, name: first + " " + last});
        posthog.capture("compte");
    """),
    sdk("mixpanel", "mixpanel-browser", "mixpanel.com", "email first_name last_name phone user_id", """
        import mixpanel from "mixpanel-browser";
        mixpanel.init("0123456789abcdef0123456789abcdef", {batch_requests: false,
            api_host: "https://api-eu.mixpanel.com"});
        mixpanel.identify(number);
        mixpanel.people.set({$email: email, $phone: phone, $first_name: first, $last_name: last});
        mixpanel.track("compte", {email});
    """),
    sdk("sentry", "@sentry/browser", "ingest.de.sentry.io", "email user_id", """
        import * as Sentry from "@sentry/browser";
        Sentry.init({dsn: "https://da532bf806defa26fdbeee5dd2e0d68f@o450100.ingest.de.sentry.io/4505"});
        Sentry.setUser({id: number, email, username: email});
        Sentry.captureException(new Error("panne"));
    """),
    sdk("snowplow", "@snowplow/browser-tracker", "collecte-neige.example", "email user_id", """
        import {newTracker, setUserId, trackSelfDescribingEvent} from "@snowplow/browser-tracker";
        newTracker("sp", "https://c.collecte-neige.example", {appId: "boutique", bufferSize: 1});
        setUserId(number);
        trackSelfDescribingEvent({event: {schema: "iglu:fr.boutique/compte/jsonschema/1-0-0",
            data: {email}}});
    """),
    sdk("datadog", "@datadog/browser-rum", "browser-intake-datadoghq.eu", "email name user_id", """
        import {datadogRum} from "@datadog/browser-rum";
        datadogRum.init({applicationId: "bcf2d0d7-2a4b-4a4e-9b8e-0f1f2a3b4c5d",
            clientToken: "pub0123456789abcdef0123456789abcdef",
            site: "datadoghq.eu", sessionSampleRate: 100, allowUntrustedEvents: true,
                telemetrySampleRate: 0});
        datadogRum.setUser({id: number, email, name: first + " " + last});
        datadogRum.addAction("compte");
        setTimeout(() => {
            Object.defineProperty(document, "visibilityState", {value: "hidden"});
            document.dispatchEvent(new Event("visibilitychange", {bubbles: true}));
        }, 8000);
    """),
    sdk("segment", "@segment/analytics-next", "segment.io", "email first_name last_name phone user_id", """
        import {AnalyticsBrowser} from "@segment/analytics-next";
        const analytics = AnalyticsBrowser.load({writeKey: "k3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3", cdnSettings: {
            integrations: {"Segment.io": {apiKey: "k3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3"}}}});
        analytics.identify(number, {email, phone, firstName: first, lastName: last});
    """),
    sdk("rudderstack", "rudder-sdk-js", "dataplane-gouvernail.example", "email first_name last_name user_id",
        """
        import * as rudder from "rudder-sdk-js";
        rudder.load("2Ab3Cd4Ef5Gh6Ij7Kl8Mn9Op0Qr", "https://dataplane-gouvernail.example",
            {configUrl: "https://api.rudderlabs.com", integrations: {All: true}});
        rudder.identify(number, {email, firstName: first, lastName: last});
    """),
    sdk("amplitude", "@amplitude/analytics-browser@1.13.6", "amplitude.com", "email user_id", """
        import * as amplitude from "@amplitude/analytics-browser";
        amplitude.init("0123456789abcdef0123456789abcdef", number, {serverZone: "EU", flushQueueSize: 1});
        amplitude.identify(new amplitude.Identify().set("email", email));
        amplitude.track("compte", {email});
    """),
    sdk("amplitude-legacy", "amplitude-js", "api.amplitude.com", "email user_id", """
        import amplitude from "amplitude-js";
        amplitude.getInstance().init("0123456789abcdef0123456789abcdef", number);
        amplitude.getInstance().setUserProperties({email});
        amplitude.getInstance().logEvent("compte");
    """),
    sdk("braze", "@braze/web-sdk", "braze.eu", "email first_name phone user_id", """
        import * as braze from "@braze/web-sdk";
        braze.initialize("3fe6e7be-9ba0-4717-9ed4-0c227dab7ad2", {baseUrl: "sdk.fra-01.braze.eu"});
        braze.changeUser(number);
        braze.getUser().setEmail(email);
        braze.getUser().setPhoneNumber(phone);
        braze.getUser().setFirstName(first);
        braze.openSession();
        braze.requestImmediateDataFlush();
    """),
    sdk("bugsnag", "@bugsnag/js", "bugsnag.com", "email name user_id", """
        import Bugsnag from "@bugsnag/js";
        Bugsnag.start({apiKey: "0123456789abcdef0123456789abcdef", autoTrackSessions: false,
            user: {id: number, email, name: first + " " + last}});
        Bugsnag.notify(new Error("panne"));
    """),
    sdk("rollbar", "rollbar", "rollbar.com", "email user_id", """
        import Rollbar from "rollbar";
        const rollbar = new Rollbar({accessToken: "0123456789abcdef0123456789abcdef",
            payload: {person: {id: number, email, username: first}}});
        rollbar.error("panne");
    """),
    sdk("elastic", "@elastic/apm-rum", "mesure-souple.example", "email user_id", """
        import {init} from "@elastic/apm-rum";
        const apm = init({serviceName: "boutique", serverUrl: "https://apm.mesure-souple.example"});
        apm.setUserContext({id: number, email, username: email});
        apm.captureError(new Error("panne"));
    """),
    sdk("statsig", "@statsig/js-client", "prodregistryv2.org", "email user_id", """
        import {StatsigClient} from "@statsig/js-client";
        const client = new StatsigClient("client-0123456789abcdef", {userID: number, email});
        client.initializeAsync().then(() => { client.logEvent("compte"); client.flush(); });
        setTimeout(() => { client.logEvent("compte"); client.flush(); }, 3000);
    """),
    sdk("launchdarkly", "launchdarkly-js-client-sdk", "launchdarkly.com", "email user_id", """
        import * as ld from "launchdarkly-js-client-sdk";
        ld.initialize("0123456789abcdef01234567", {kind: "user", key: number, email});
    """),
    sdk("honeybadger", "@honeybadger-io/js", "honeybadger.io", "email user_id", """
        import Honeybadger from "@honeybadger-io/js";
        Honeybadger.configure({apiKey: "hbp_0123456789abcdef", reportData: true});
        Honeybadger.setContext({user_id: number, user_email: email});
        Honeybadger.notify(new Error("panne"));
    """),
    sdk("faro", "@grafana/faro-web-sdk", "phare-mesure.example", "email user_id", """
        import {initializeFaro} from "@grafana/faro-web-sdk";
        const faro = initializeFaro({url: "https://faro.phare-mesure.example/collect/0a",
            app: {name: "boutique"}});
        faro.api.setUser({id: number, email, username: first});
        faro.api.pushError(new Error("panne"));
    """),
    sdk("raygun", "raygun4js", "raygun.io", "email first_name", """
        import rg4js from "raygun4js";
        rg4js("apiKey", "0123456789abcdef");
        rg4js("enableCrashReporting", true);
        rg4js("setUser", {identifier: email, isAnonymous: false, email, firstName: first,
            fullName: first + " " + last});
        rg4js("send", {error: new Error("panne")});
    """),
    sdk("jitsu", "@jitsu/js", "bureau-jitsu.example", "email user_id", """
        import {jitsuAnalytics} from "@jitsu/js";
        const jitsu = jitsuAnalytics({host: "https://in.bureau-jitsu.example", writeKey: "k:s"});
        jitsu.identify(number, {email});
    """),
    *OTHERS,
    *CHOOSING,
    *MESSAGING,
    *WATCHING,
    *TELLING,
    *RELAYS,
    *CARRYING,
)  # fmt: skip
