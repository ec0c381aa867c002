"""SDKs from npm that choose what the person sees: flags, experiments, search, and analytics beside."""

from __future__ import annotations

from tests.sdk.sdk import Sdk, sdk

CHOOSING: tuple[Sdk, ...] = (
    sdk("optimizely", "@optimizely/optimizely-sdk", "optimizely.com", "city email user_id", """
        import {createForwardingEventProcessor, createInstance,
            createStaticProjectConfigManager} from "@optimizely/optimizely-sdk";
        const datafile = JSON.stringify({version: "4", rollouts: [], typedAudiences: [], anonymizeIP: true,
            projectId: "10431130345", variables: [],
            featureFlags: [], experiments: [], audiences: [], groups: [], attributes: [{id: "1",
                key: "email"}, {id: "2", key: "ville"}], botFiltering: false,
            accountId: "10367498574", events: [{experimentIds: [], id: "10404198134", key: "compte"}],
                revision: "241"});
        const client = createInstance({projectConfigManager: createStaticProjectConfigManager({datafile}),
            eventProcessor: createForwardingEventProcessor()});
        client.onReady().then(() => client.createUserContext(number, {email,
            ville: city}).trackEvent("compte"));
    """),
    sdk("flagship", "@flagship.io/js-sdk", "flagship.io", "city email user_id", """
        import {DecisionMode, Flagship} from "@flagship.io/js-sdk";
        Flagship.start("bkk9glocmjcg0vtmdlng", "0123456789abcdefABCDEF0123456789abcdef01",
            {decisionMode: DecisionMode.API, fetchNow: false});
        Flagship.newVisitor({visitorId: number, hasConsented: true, context: {email,
            ville: city}}).fetchFlags();
    """),
    sdk("statsig-old", "statsig-js", "featureassets.org", "city email user_id", """
        import statsig from "statsig-js";
        const Statsig = statsig.default || statsig;
        Statsig.initialize("client-0123456789abcdef", {userID: number, email, custom: {ville: city}});
    """),
    sdk("launchdarkly4", "@launchdarkly/js-client-sdk", "events.launchdarkly.com", "city email name user_id",
        """
        import {createClient} from "@launchdarkly/js-client-sdk";
        const client = createClient("0123456789abcdef01234567", {kind: "user", key: number, email,
            name: first + " " + last, ville: city});
        client.start().then(() => { client.track("compte", {email}); client.flush(); });
    """),
    sdk("bucket", "@bucketco/browser-sdk", "bucket.co", "city email name user_id", """
        import {BucketClient} from "@bucketco/browser-sdk";
        const bucket = new BucketClient({publishableKey: "pub_prod_0123456789abcdef", user: {id: number,
            name: first + " " + last, email, ville: city}});
        bucket.initialize().then(() => bucket.track("compte", {email}));
    """),
    sdk("reflag", "@reflag/browser-sdk", "reflag.com", "city email name user_id", """
        import {ReflagClient} from "@reflag/browser-sdk";
        const reflag = new ReflagClient({publishableKey: "pub_prod_0123456789abcdef", user: {id: number,
            name: first + " " + last, email, ville: city}});
        reflag.initialize().then(() => reflag.track("compte", {email}));
    """),
    sdk("absmartly", "@absmartly/javascript-sdk", "absmartly.io", "city email user_id", """
        import absmartly from "@absmartly/javascript-sdk";
        const {SDK} = absmartly.default || absmartly;
        const sdk = new SDK({endpoint: "https://boutique.absmartly.io/v1", apiKey: "0123",
            environment: "prod", application: "boutique"});
        const context = sdk.createContext({units: {user_id: number, email}});
        context.ready().then(() => {
            context.attribute("ville", city);
            context.attribute("email", email);
            context.track("compte", {n: 1});
            context.publish();
        });
    """),
    sdk("algolia", "search-insights", "algolia.io", "email user_id", """
        import aa from "search-insights";
        aa("init", {appId: "ABCDEF1234", apiKey: "0123456789abcdef0123456789abcdef", useCookie: true});
        aa("setAuthenticatedUserToken", number);
        aa("convertedObjectIDs", {index: "produits", eventName: "achat", objectIDs: ["robe-42"],
            userToken: email});
    """),
    sdk("constructor", "@constructor-io/constructorio-client-javascript", "cnstrc.com", "user_id", """
        import ConstructorIO from "@constructor-io/constructorio-client-javascript";
        const io = new ConstructorIO({apiKey: "key_0123456789abcdef", userId: number});
        io.search.getSearchResults("chaussures").catch(() => 0);
    """),
    sdk("yext", "@yext/analytics", "yextevents.com", "city email", """
        import {analytics} from "@yext/analytics";
        const yext = analytics({authorizationType: "apiKey",
            authorization: "0123456789abcdef0123456789abcdef", region: "EU", environment: "PRODUCTION"});
        yext.report({action: "CTA_CLICK", referrerUrl: "https://www.marchand-vert.example/", visitor: {email,
            ville: city}}).catch(() => 0);
    """),
    sdk("athos", "@athoscommerce/beacon", "searchspring.net", "city user_id", """
        import {Beacon} from "@athoscommerce/beacon";
        const beacon = new Beacon({siteId: "abc123"});
        beacon.setShopperId(number);
        beacon.events.order.transaction({data: {orderId: "C-1001", total: 59.9, transactionTotal: 59.9, city,
            country: "FR",
            results: [{uid: "robe-42", sku: "robe-42", parentId: "robe", qty: 1, price: 59.9}]}});
    """),
    sdk("elastic-behaviour", "@elastic/behavioral-analytics-javascript-tracker", "recherche-souple.example",
        "email user_id", """
        import {createTracker, trackSearch} from "@elastic/behavioral-analytics-javascript-tracker";
        createTracker({endpoint: "https://ba.recherche-souple.example", collectionName: "site",
            apiKey: "MDEyMzQ1Njc4OWFiY2RlZg==", user: {token: number}});
        trackSearch({search: {query: email, filters: {ville: [city]}, results: {items: [],
            total_results: 0}}});
    """),
    sdk("piano", "piano-analytics-js", "pa-cd.com", "city email user_id", """
        import {pianoAnalytics} from "piano-analytics-js";
        pianoAnalytics.setConfigurations({site: 123456789, collectDomain: "https://abcdefg.pa-cd.com"});
        pianoAnalytics.setUser(number, "client", false);
        pianoAnalytics.sendEvent("page.display", {page: "compte", email, ville: city});
    """),
    sdk("sensors", "sa-sdk-javascript", "donnees-capteurs.example", "city email first_name phone user_id", """
        import sensors from "sa-sdk-javascript";
        sensors.init({server_url: "https://sa.donnees-capteurs.example/sa?project=boutique",
            send_type: "ajax", batch_send: false});
        sensors.login(number);
        sensors.setProfile({email, telephone: phone, prenom: first, ville: city});
    """),
    sdk("gameanalytics", "gameanalytics", "gameanalytics.com", "user_id", """
        import gameanalytics from "gameanalytics";
        const {GameAnalytics} = gameanalytics.default || gameanalytics;
        GameAnalytics.configureUserId(number);
        GameAnalytics.initialize("0123456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789abcdef01234567");
    """),
    sdk("glean", "@mozilla/glean", "telemetry.mozilla.org", "email", """
        import Glean from "@mozilla/glean/web";
        import StringMetricType from "@mozilla/glean/private/metrics/string";
        import PingType from "@mozilla/glean/private/ping";
        const ping = new PingType({includeClientId: true, sendIfEmpty: false, preciseTimestamps: true,
            name: "compte"});
        const metric = new StringMetricType({category: "compte", name: "email", sendInPings: ["compte"],
            lifetime: "ping", disabled: false});
        Glean.initialize("boutique", true, {channel: "release"});
        metric.set(email);
        ping.submit();
    """),
    sdk("openpanel-web", "@openpanel/web", "openpanel.dev", "city email first_name last_name phone user_id",
        """
        import {OpenPanel} from "@openpanel/web";
        const op = new OpenPanel({clientId: "01234567-89ab-4cde-8f01-23456789abcd"});
        op.identify({profileId: number, email, firstName: first, lastName: last, properties: {ville: city}});
        op.track("compte", {phone});
    """),
    sdk("aptabase", "@aptabase/web", "aptabase.com", "email user_id", """
        import {init, trackEvent} from "@aptabase/web";
        init("A-EU-0123456789", {isDebug: true});
        trackEvent("compte", {email, number});
    """),
    sdk("pirsch", "pirsch-sdk", "pirsch.io", "email", """
        import {Pirsch} from "pirsch-sdk/web";
        new Pirsch({identificationCode: "0123456789abcdef0123456789abcdef",
            hostname: "marchand-vert.example"}).event("compte", 1, {email});
    """),
)  # fmt: skip
