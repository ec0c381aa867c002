"""SDKs from npm that reach the person: messages, push, attribution, customer data, players."""

from __future__ import annotations

from tests.sdk.sdk import Sdk, sdk

MESSAGING: tuple[Sdk, ...] = (
    sdk("clevertap", "clevertap-web-sdk", "clevertap-prod.com", "city dob email name phone user_id", """
        import clevertap from "clevertap-web-sdk";
        clevertap.init("TEST-468-W87-536Z", "eu1");
        clevertap.privacy.push({optOut: false});
        clevertap.onUserLogin.push({Site: {Name: first + " " + last, Identity: number, Email: email,
            Phone: phone, DOB: new Date(birth), City: city}});
        clevertap.event.push("compte", {email});
    """),
    sdk("leanplum", "leanplum-sdk", "leanplum.com", "city email first_name phone user_id", """
        import Leanplum from "leanplum-sdk";
        Leanplum.setAppIdForProductionMode("app_0123456789abcdef", "prod_0123456789abcdef");
        Leanplum.start(number, {email, firstName: first, ville: city});
        Leanplum.setUserAttributes(number, {email, phone});
        Leanplum.track("compte", 1, email, {email});
    """),
    sdk("pushwoosh", "web-push-notifications", "pushwoosh.com", "city email first_name user_id", """
        import {Pushwoosh} from "web-push-notifications";
        const pushwoosh = new Pushwoosh();
        pushwoosh.push(["init", {applicationCode: "XXXXX-XXXXX", apiToken: "0123456789",
            defaultNotificationTitle: "x", defaultNotificationImage: "x"}]);
        pushwoosh.push((api) => {
            api.registerUser(number);
            api.registerEmail(email);
            api.setTags({prenom: first, ville: city, email});
        });
    """),
    sdk("branch", "branch-sdk", "branch.io", "email user_id", """
        import branch from "branch-sdk";
        branch.init("key_live_0123456789abcdef0123456789abcdef", {}, () => {
            branch.setIdentity(number);
            branch.logEvent("COMPLETE_REGISTRATION", {email});
        });
    """),
    sdk("adjust", "@adjustcom/adjust-web-sdk", "adjust.com", "city email user_id", """
        import Adjust from "@adjustcom/adjust-web-sdk";
        Adjust.initSdk({appToken: "0123456789ab", environment: "production", externalDeviceId: number});
        Adjust.trackEvent({eventToken: "f0ob4r", callbackParams: [{key: "ville", value: city}, {key: "email",
            value: email}], revenue: 59.9, currency: "EUR"});
    """),
    sdk("singular", "singular-sdk", "singular.net", "user_id", """
        import {singularSdk, SingularConfig} from "singular-sdk";
        singularSdk.init(new SingularConfig("boutique_0123", "0123456789abcdef0123456789abcdef",
            "fr.boutique").withCustomUserId(number));
    """),
    sdk("sprig", "@sprig-technologies/sprig-browser", "sprig.com", "city email first_name user_id", """
        import {sprig} from "@sprig-technologies/sprig-browser";
        const Sprig = sprig.configure({environmentId: "0123456789ab"});
        Sprig("setUserId", number);
        Sprig("setEmail", email);
        Sprig("setAttributes", {prenom: first, ville: city});
        Sprig("track", "compte");
    """),
    sdk("knock", "@knocklabs/client", "knock.app", "city email name phone user_id", """
        import Knock from "@knocklabs/client";
        const knock = new Knock("pk_test_0123456789abcdef");
        knock.authenticate(number, btoa("x") + "." + btoa(JSON.stringify({sub: number, email})) + ".sig");
        knock.user.identify({email, name: first + " " + last, phone_number: phone, ville: city});
    """),
    sdk("getstream", "stream-analytics", "stream-io-api.com", "email user_id", """
        import StreamAnalytics from "stream-analytics";
        const client = new StreamAnalytics({apiKey: "0123456789ab",
            token: "eyJhbGciOiJIUzI1NiJ9.eyJyZXNvdXJjZSI6IioifQ.c2lnbmF0dXJl"});
        client.setUser({id: number, alias: email});
        client.trackEngagement({label: "clic", content: {foreign_id: "robe-42"}});
    """),
    sdk("ours", "ours-web-sdk", "oursprivacy.com", "city email first_name last_name phone user_id", """
        import ours from "ours-web-sdk";
        const o = ours.default || ours;
        o.init("0123456789abcdef0123456789abcdef", {});
        o.identify({email, first_name: first, last_name: last, phone_number: phone, external_id: number,
            city});
    """),
    sdk("hightouch", "@ht-sdks/events-sdk-js-browser", "hightouch-events.com",
        "city email first_name last_name phone user_id", """
        import {HtEventsBrowser} from "@ht-sdks/events-sdk-js-browser";
        const events = HtEventsBrowser.load({writeKey: "0123456789abcdef",
            apiHost: "us-east-1.hightouch-events.com"});
        events.identify(number, {email, first_name: first, last_name: last, ville: city});
        events.track("compte", {phone});
    """),
    sdk("pinpoint", "@aws-sdk/client-pinpoint", "pinpoint.eu-central-1.amazonaws.com",
        "city email first_name user_id", """
        import {PinpointClient, UpdateEndpointCommand} from "@aws-sdk/client-pinpoint";
        const client = new PinpointClient({region: "eu-central-1",
            credentials: {accessKeyId: "AKIA0123456789ABCDEF", secretAccessKey: "0123456789abcdef"}});
        client.send(new UpdateEndpointCommand({ApplicationId: "0123456789abcdef0123456789abcdef",
            EndpointId: "0a1b2c3d-0000-4000-8000-00000000000a",
            EndpointRequest: {Address: email, ChannelType: "EMAIL", Location: {City: city},
                User: {UserId: number, UserAttributes: {Prenom: [first]}}}})).catch(() => 0);
    """),
    sdk("personalize", "@aws-sdk/client-personalize-events", "personalize-events.eu-west-3.amazonaws.com",
        "email user_id", """
        import {PersonalizeEventsClient, PutEventsCommand} from "@aws-sdk/client-personalize-events";
        const client = new PersonalizeEventsClient({region: "eu-west-3",
            credentials: {accessKeyId: "AKIA0123456789ABCDEF", secretAccessKey: "0123456789abcdef"}});
        client.send(new PutEventsCommand({trackingId: "01234567-89ab-4cde-8f01-23456789abcd", userId: number,
            sessionId: "s-1",
            eventList: [{eventType: "achat", itemId: "robe-42", sentAt: new Date(),
                properties: JSON.stringify({email})}]})).catch(() => 0);
    """),
    sdk("kinesis", "@aws-sdk/client-kinesis", "kinesis.eu-west-1.amazonaws.com", "city email user_id", """
        import {KinesisClient, PutRecordsCommand} from "@aws-sdk/client-kinesis";
        const client = new KinesisClient({region: "eu-west-1",
            credentials: {accessKeyId: "AKIA0123456789ABCDEF", secretAccessKey: "0123456789abcdef"}});
        client.send(new PutRecordsCommand({StreamName: "clics", Records: [{PartitionKey: number,
            Data: new TextEncoder().encode(JSON.stringify({email, ville: city}))}]})).catch(() => 0);
    """),
    sdk("mux", "mux-embed", "litix.io", "city email user_id", """
        import mux from "mux-embed";
        const video = document.documentElement.appendChild(document.createElement("video"));
        mux.monitor(video, {data: {env_key: "0123456789abcdef012345678", viewer_user_id: number,
            video_title: "Film", custom_1: email, custom_2: city}});
        setTimeout(() => mux.destroyMonitor(video), 6000);
    """),
    sdk("conviva", "@convivainc/conviva-js-coresdk", "conviva.com", "city email user_id", """
        import Conviva from "@convivainc/conviva-js-coresdk";
        Conviva.Analytics.init("0123456789abcdef0123456789abcdef01234567", null,
            {[Conviva.Constants.GATEWAY_URL]: "https://cws.conviva.com"});
        Conviva.Analytics.buildVideoAnalytics().reportPlaybackRequested({
            [Conviva.Constants.ASSET_NAME]: "Film",
            [Conviva.Constants.VIEWER_ID]: email, [Conviva.Constants.PLAYER_NAME]: "boutique", number, city});
    """),
    sdk("bitmovin", "bitmovin-analytics", "bitmovin.com", "city email user_id", """
        import {HTMLVideoElementAdapter} from "bitmovin-analytics";
        const video = document.documentElement.appendChild(document.createElement("video"));
        new HTMLVideoElementAdapter({key: "01234567-89ab-4cde-8f01-23456789abcd", videoId: "film",
            userId: number, customData1: email, customData2: city}, video);
        video.muted = true;
        video.src = "/rien.mp4";
        video.play().catch(() => 0);
    """),
)  # fmt: skip
