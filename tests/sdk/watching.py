"""SDKs from npm that watch over a site: traces, logs, crash reports, recordings of the page."""

from __future__ import annotations

from tests.sdk.sdk import Sdk, sdk

_SPAN = """
        const provider = new WebTracerProvider({
            resource: resourceFromAttributes({"service.name": "boutique"}),
            spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter({url: "https://%s/v1/traces"}))]});
        const span = provider.getTracer("boutique").startSpan("compte");
        span.setAttributes({"enduser.id": number, "user.email": email, "user.full_name": first + " " + last,
            "geo.city": city});
        span.end();
"""
_OTEL = """
        import {resourceFromAttributes} from "@opentelemetry/resources";
        import {SimpleSpanProcessor} from "@opentelemetry/sdk-trace-base";
        import {WebTracerProvider} from "@opentelemetry/sdk-trace-web";
"""

WATCHING: tuple[Sdk, ...] = (
    sdk("otlp-json",
        "@opentelemetry/exporter-trace-otlp-http @opentelemetry/sdk-trace-web"
        " @opentelemetry/sdk-trace-base @opentelemetry/resources",
        "collecte-otel.example", "city email name user_id",
        _OTEL + 'import {OTLPTraceExporter} from "@opentelemetry/exporter-trace-otlp-http";'
        + _SPAN % "otlp.collecte-otel.example"),
    sdk("otlp-protobuf", "@opentelemetry/exporter-trace-otlp-proto", "collecte-otel-pb.example",
        "city email name user_id",
        _OTEL + 'import {OTLPTraceExporter} from "@opentelemetry/exporter-trace-otlp-proto";'
        + _SPAN % "otlp.collecte-otel-pb.example"),
    sdk("hyperdx", "@hyperdx/browser", "hyperdx.io", "city email name phone user_id", """
        import HyperDX from "@hyperdx/browser";
        HyperDX.init({apiKey: "0123456789", service: "boutique", consoleCapture: true,
            advancedNetworkCapture: true});
        HyperDX.setGlobalAttributes({userId: number, userEmail: email, userName: first + " " + last,
            ville: city});
        HyperDX.addAction("compte", {phone});
    """),
    sdk("honeycomb", "@honeycombio/opentelemetry-web", "honeycomb.io", "city email name phone user_id", """
        import {HoneycombWebSDK, recordException} from "@honeycombio/opentelemetry-web";
        new HoneycombWebSDK({apiKey: "hcaik_0123456789abcdef", serviceName: "boutique",
            endpoint: "https://api.eu1.honeycomb.io",
            resourceAttributes: {"enduser.id": number, "app.user.email": email, "app.ville": city}}).start();
        recordException(new Error("panne " + phone), {"user.full_name": first + " " + last});
    """),
    sdk("dash0", "@dash0/sdk-web", "dash0.com", "city email name phone user_id", """
        import {identify, init, sendEvent} from "@dash0/sdk-web";
        init({serviceName: "boutique", endpoint: {url: "https://ingress.eu-west-1.aws.dash0.com",
            authToken: "auth_0123456789abcdef"}});
        identify(number, {fullName: first + " " + last, email});
        sendEvent("compte", {data: email, attributes: {ville: city, telephone: phone}});
    """),
    sdk("uptrace", "@uptrace/web", "uptrace.dev", "email phone user_id", """
        import {configureOpentelemetry, reportException} from "@uptrace/web";
        configureOpentelemetry({dsn: "https://0123456789@api.uptrace.dev?grpc=4317", serviceName: "boutique",
            resourceAttributes: {"enduser.id": number, "user.email": email}});
        reportException(new Error("panne " + phone));
    """),
    sdk("appinsights", "@microsoft/applicationinsights-web", "applicationinsights.azure.com",
        "email name phone user_id", """
        import {ApplicationInsights} from "@microsoft/applicationinsights-web";
        const insights = new ApplicationInsights({config: {maxBatchInterval: 0, connectionString:
            "InstrumentationKey=01234567-89ab-4cde-8f01-23456789abcd;"
            + "IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/"}});
        insights.loadAppInsights();
        insights.setAuthenticatedUserContext(number, email, true);
        insights.trackEvent({name: "compte", properties: {email, nom: first + " " + last}});
        insights.trackException({exception: new Error("panne " + phone)});
        insights.flush();
    """),
    sdk("aws-rum", "aws-rum-web", "dataplane.rum.eu-west-1.amazonaws.com", "city email name phone user_id",
        """
        import {AwsRum} from "aws-rum-web";
        const rum = new AwsRum("01234567-89ab-4cde-8f01-23456789abcd", "1.0.0", "eu-west-1",
            {sessionSampleRate: 1, telemetries: ["errors"], allowCookies: true,
            endpoint: "https://dataplane.rum.eu-west-1.amazonaws.com", signing: false,
                sessionAttributes: {client: number, email}});
        rum.recordEvent("compte", {email, ville: city, nom: first + " " + last});
        rum.recordError(new Error("panne " + phone));
        setTimeout(() => rum.dispatch(), 1500);
    """),
    sdk("arms", "@arms/rum-browser", "mesure-bras.example", "email name", """
        import arms from "@arms/rum-browser";
        const rum = arms.default || arms;
        rum.init({pid: "aaaaaaa@0123456789abcdef", endpoint: "https://p.mesure-bras.example",
            user: {name: first + " " + last, tags: email}});
        rum.sendException({name: "Panne", message: "panne " + email});
    """),
    sdk("highlight", "highlight.run", "highlight.io", "email name phone user_id", """
        import {H} from "highlight.run";
        H.init("1jdkoe52", {environment: "production", privacySetting: "none", tracingOrigins: false});
        H.identify(email, {id: number, phone, name: first + " " + last});
        H.track("compte", {email});
    """),
    sdk("clarity", "clarity-js", "clarity.ms", "email name user_id", """
        import {clarity} from "clarity-js";
        clarity.start({projectId: "0123456789", upload: "https://k.clarity.ms/collect", track: true,
            content: true, delay: 500});
        clarity.identify(number, "s-1", "p-1", first + " " + last);
        clarity.set("email", email);
    """),
    sdk("logtail", "@logtail/browser", "betterstackdata.com", "email name user_id", """
        import {Logtail} from "@logtail/browser";
        const logtail = new Logtail("0123456789abcdef01234567",
            {endpoint: "https://s1234.eu-nbg-2.betterstackdata.com"});
        logtail.info("connexion de " + email, {user: {id: number, email, name: first + " " + last}});
        logtail.flush();
    """),
    sdk("axiom", "@axiomhq/js", "axiom.co", "city email name user_id", """
        import {Axiom} from "@axiomhq/js";
        const axiom = new Axiom({token: "xaat-01234567", orgId: "boutique"});
        axiom.ingest("journal", [{user: {id: number, email, name: first + " " + last}, ville: city}]);
        axiom.flush();
    """),
    sdk("exceptionless", "@exceptionless/browser", "exceptionless.io", "city email name user_id", """
        import {Exceptionless} from "@exceptionless/browser";
        Exceptionless.startup((c) => {
            c.apiKey = "0123456789abcdef0123456789abcdef01234567";
            c.setUserIdentity(email, first + " " + last);
            c.defaultData["ville"] = city;
        }).then(() => Exceptionless.createException(new Error("panne")).setProperty("client",
            number).submit())
          .then(() => Exceptionless.processQueue());
    """),
    sdk("hawk", "@hawk.so/javascript", "hawk.so", "email name phone user_id", """
        import Hawk from "@hawk.so/javascript";
        const token = btoa(JSON.stringify({integrationId: "01234567-89ab-4cde-8f01-23456789abcd",
            secret: "x"}));
        new Hawk({token, user: {id: number, name: first + " " + last},
            context: {email}}).send(new Error("panne " + phone));
    """),
    sdk("cronitor", "@cronitorio/cronitor-rum", "cronitor.io", "email", """
        import * as Cronitor from "@cronitorio/cronitor-rum";
        Cronitor.load("0123456789abcdef", {debug: true, trackMode: "off"});
        Cronitor.track("compte", {email});
    """),
)  # fmt: skip
