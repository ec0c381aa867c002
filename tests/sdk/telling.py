"""SDKs from npm that know their visitor: identity for advertising, recommendations, places, sign-in, data."""

from __future__ import annotations

from tests.sdk.sdk import Sdk, sdk

TELLING: tuple[Sdk, ...] = (
    sdk("liveintent", "live-connect-js", "liadm.com", "email user_id", """
        import {StandardLiveConnect} from "live-connect-js";
        const calls = {pixelGet: (url) => { new Image().src = url; },
            ajaxGet: (url, done, failed) => fetch(url).then((answer) => answer.text()).then(done, failed)};
        const storage = {getCookie: () => null, setCookie: () => 0, getDataFromLocalStorage: () => null,
            setDataInLocalStorage: () => 0, removeDataFromLocalStorage: () => 0,
            localStorageIsEnabled: () => true, findSimilarCookies: () => []};
        const connect = StandardLiveConnect({appId: "a-00xx", collectorUrl: "https://rp.liadm.com",
            identityResolutionConfig: {url: "https://idx.liadm.com"}}, storage, calls);
        connect.push({event: "setEmail", email, userId: number});
        connect.push({event: "conversion", email, userId: number});
    """, "LiveIntent"),
    sdk("optable", "@optable/web-sdk", "optable.co", "email user_id", """
        import * as optable from "@optable/web-sdk/lib/dist/sdk.js";
        const Optable = optable.default.default || optable.default;
        const sdk = new Optable({host: "na.edge.optable.co", site: "web", node: "marchand",
            initPassport: false,
            consent: {static: {deviceAccess: true, createProfilesForAdvertising: true,
                useProfilesForAdvertising: true, measureAdvertisingPerformance: true, reg: null}}});
        sdk.identify(Optable.eid(email), Optable.cid(number)).catch(() => 0);
    """, "Optable"),
    sdk("relewise", "@relewise/client", "relewise.com", "city email name phone user_id", """
        import {Tracker} from "@relewise/client";
        const tracker = new Tracker("01234567-89ab-4cde-8f01-23456789abcd", "0123456789",
            {serverUrl: "https://api.relewise.com"});
        tracker.trackProductView({productId: "robe-42", user: {authenticatedId: number, email,
            classifications: {lieu: city}, identifiers: {appel: phone},
            data: {titulaire: {type: "String", value: first + " " + last}}}});
    """, "Relewise"),
    sdk("recombee", "recombee-js-api-client", "recombee.com", "email user_id", """
        import * as recombee from "recombee-js-api-client";
        const client = new recombee.ApiClient("marchand", "0123456789abcdef", {region: "eu-west"});
        client.send(new recombee.AddPurchase(number, "robe-42", {additionalData: {email}})).catch(() => 0);
    """, "Recombee"),
    sdk("amplitude-experiment", "@amplitude/experiment-js-client@1.15.0", "lab.eu.amplitude.com",
        "city email name phone user_id", """
        import {Experiment} from "@amplitude/experiment-js-client";
        const experiment = Experiment.initialize("client-0123456789abcdef",
            {serverZone: "EU", pollOnStart: false});
        experiment.fetch({user_id: number, city,
            user_properties: {email, phone, full_name: first + " " + last}}).catch(() => 0);
    """, "Amplitude"),
    sdk("prefab", "@prefab-cloud/prefab-cloud-js", "prefab.cloud", "city email name user_id", """
        import {Context, prefab} from "@prefab-cloud/prefab-cloud-js";
        prefab.init({apiKey: "0123-P1-E1-SDK-0123456789", context: new Context(
            {user: {key: number, email, name: first + " " + last}, place: {city}})}).catch(() => 0);
    """, "Reforge"),
    sdk("featbit", "@featbit/js-client-sdk", "featbit.co", "city email name phone user_id", """
        import {FbClientBuilder, UserBuilder} from "@featbit/js-client-sdk";
        const user = new UserBuilder(number).name(first + " " + last).custom("courrier", email)
            .custom("lieu", city).custom("appel", phone).build();
        new FbClientBuilder().sdkKey("0123456789abcdefABCDEF-0123456789abcdefABCDEF_0")
            .streamingUri("wss://app-eval.featbit.co").eventsUri("https://app-eval.featbit.co")
            .user(user).build();
    """, "FeatBit"),
    sdk("pendo", "@pendo/agent", "pendo.io", "city email name user_id", """
        import {initialize} from "@pendo/agent";
        initialize({apiKey: "01234567-89ab-4cde-8f01-23456789abcd", env: "eu", globalKey: "pendo",
            plugins: [],
            visitor: {id: number, email, full_name: first + " " + last, lieu: city}, account: {id: "a"}});
    """, "Pendo"),
    sdk("radar", "radar-sdk-js", "radar.io", "email name user_id", """
        import Radar from "radar-sdk-js";
        Radar.initialize("prj_live_pk_0123456789abcdef0123456789abcdef01234567");
        Radar.setUserId(number);
        Radar.setMetadata({courrier: email, titulaire: first + " " + last});
        Radar.logConversion({name: "achat", metadata: {courrier: email, titulaire: first + " " + last}})
            .catch(() => 0);
    """, "Radar"),
    sdk("novu", "@novu/js", "novu.co", "city email first_name last_name phone user_id", """
        import {Novu} from "@novu/js";
        const novu = new Novu({applicationIdentifier: "Abcdef012345", backendUrl: "https://eu.api.novu.co",
            subscriber: {subscriberId: number, email, phone, firstName: first, lastName: last,
                data: {lieu: city}}});
        novu.notifications.list().catch(() => 0);
    """, "Novu"),
    sdk("descope", "@descope/web-js-sdk", "descope.com", "email name phone", """
        import DescopeSdk from "@descope/web-js-sdk";
        const descope = DescopeSdk({projectId: "P0123456789abcdefghijklmnopq", persistTokens: false});
        descope.otp.signUp.email(email, {name: first + " " + last, phone, email});
    """, "Descope"),
)  # fmt: skip
