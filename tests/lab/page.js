// What a page of the lab does: one kind of request a beat, so that the tabs of one browser interleave.
// Every address says `/<tab>/<kind>/<word>.<ext>`; the tab's word is known to the judge only.
const tab = "__TAB__", own = location.protocol + "//" + location.host, start = performance.now();
let made = 0;
const word = () => {
  let k = made++, w = "";
  do { w = String.fromCharCode(97 + (k % 26)) + w; k = Math.floor(k / 26); } while (k > 0);
  return w;
};
const at = (host, kind, ext) => `${location.protocol}//${host}.example/${tab}/${kind}/${word()}.${ext}`;
const mine = (kind, ext) => `${own}/${tab}/${kind}/${word()}.${ext}`;
const T = "mesure.traqueur", A = "pub.regie", C = "cdn.feuilles", X = "sync.echange", W = "direct.bavard";
const add = (name, values, parent = document.body) => {
  const { dataset, ...rest } = values, element = Object.assign(document.createElement(name), rest);
  for (const [key, value] of Object.entries(dataset ?? {})) element.setAttribute(key, value);
  parent.append(element);
  return element;
};
const image = (host, kind, more = {}) => add("img", { ...more, src: at(host, kind, "gif") });
const post = { method: "POST", body: "x=1", keepalive: true };
const quiet = (promise) => promise.catch(() => 0);

const kinds = {
  img: () => image(T, "img"),
  "img-quiet": () => image(T, "img-quiet", { referrerPolicy: "no-referrer" }),
  "img-own": () => add("img", { src: mine("img-own", "gif") }),
  "img-subdomain": () =>
    add("img", { src: `${location.protocol}//img.${location.host.replace("www.", "")}/${tab}/img-subdomain/${word()}.gif` }),
  "img-unsafe-url": () => image(A, "img-unsafe-url", { referrerPolicy: "unsafe-url" }),
  "img-anonymous": () => image(C, "img-anonymous", { crossOrigin: "anonymous" }),
  srcset: () => add("img", { srcset: at(A, "srcset", "gif") + " 1x" }),
  script: () => add("script", { src: at(T, "script", "js") }),
  "script-own": () => add("script", { src: mine("script-own", "js") }),
  css: () => add("link", { rel: "stylesheet", href: at(C, "css", "css") }),
  "style-inline": () => (add("div", {}).style.backgroundImage = `url(${at(T, "style-inline", "gif")})`),
  module: () => add("script", { type: "module", src: at(C, "module", "js") }),
  "import-dynamic": () => quiet(import(at(C, "import-dynamic", "js"))),
  fetch: () => quiet(fetch(at(T, "fetch", "json"))),
  "fetch-json": () =>
    quiet(fetch(at(T, "fetch-json", "json"), { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } })),
  "fetch-no-cors": () => quiet(fetch(at(T, "fetch-no-cors", "gif"), { mode: "no-cors" })),
  "fetch-quiet": () => quiet(fetch(at(A, "fetch-quiet", "gif"), { mode: "no-cors", referrerPolicy: "no-referrer" })),
  "fetch-credentials": () => quiet(fetch(at(T, "fetch-credentials", "json"), { credentials: "include" })),
  "fetch-own": () => quiet(fetch(mine("fetch-own", "json"), { method: "POST", body: "{}" })),
  xhr: () => { const x = new XMLHttpRequest(); x.open("GET", at(T, "xhr", "json")); x.send(); },
  "xhr-post": () => { const x = new XMLHttpRequest(); x.open("POST", at(A, "xhr-post", "json")); x.send("a=1"); },
  beacon: () => navigator.sendBeacon(at(T, "beacon", "gif"), "a=1"),
  keepalive: () => quiet(fetch(at(T, "keepalive", "gif"), { ...post, mode: "no-cors" })),
  iframe: () => add("iframe", { src: at(A, "iframe", "html") }),
  "iframe-quiet": () => add("iframe", { src: at(A, "iframe-quiet", "html"), referrerPolicy: "no-referrer" }),
  sandbox: () => add("iframe", { src: at(A, "sandbox", "html"), dataset: { sandbox: "allow-scripts" } }),
  srcdoc: () => add("iframe", { srcdoc: `<img src="${at(T, "srcdoc-img", "gif")}">` }),
  "iframe-data": () => add("iframe", { src: `data:text/html,<img src="${at(T, "iframe-data-img", "gif")}">` }),
  "iframe-blob": () =>
    add("iframe", { src: URL.createObjectURL(new Blob([`<img src="${at(T, "iframe-blob-img", "gif")}">`], { type: "text/html" })) }),
  "form-frame": () => {
    add("iframe", { name: "target" });
    const form = add("form", { action: at(X, "form-frame", "html"), method: "POST", target: "target" });
    add("input", { name: "a", value: "b" }, form);
    form.submit();
  },
  worker: () => new Worker(mine("worker", "js")),
  "worker-blob": () => {
    const code = `fetch("${at(T, "worker-blob-fetch", "gif")}",{mode:"no-cors"}).catch(()=>0)`;
    new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  },
  "worker-shared": () => new SharedWorker(mine("worker-shared", "js")),
  "worker-service": () => navigator.serviceWorker && quiet(navigator.serviceWorker.register(mine("worker-service", "js"))),
  websocket: () => {
    const socket = new WebSocket(at(W, "websocket", "ws").replace("http", "ws"));
    socket.onopen = () => { socket.send("a"); setTimeout(() => socket.send("b"), 900); };
  },
  eventsource: () => { const source = new EventSource(at(T, "eventsource", "sse")); source.onerror = () => source.close(); },
  redirects: () => add("img", { src: at(X, "redirects", "hop") }),
  "redirects-quiet": () => add("img", { src: at(X, "redirects-quiet", "hop"), referrerPolicy: "no-referrer" }),
  "redirect-cors": () => quiet(fetch(at(X, "redirect-cors", "hop"))),
  prefetch: () => add("link", { rel: "prefetch", href: at(C, "prefetch", "gif") }, document.head),
  preload: () => add("link", { rel: "preload", as: "image", href: at(C, "preload", "gif") }, document.head),
  icon: () => add("link", { rel: "icon", href: at(C, "icon", "gif") }, document.head),
  video: () => add("video", { src: at(C, "video", "mp4"), preload: "auto", muted: true }),
  poster: () => add("video", { poster: at(T, "poster", "gif") }),
  audio: () => add("audio", { src: at(C, "audio", "mp3"), preload: "auto" }),
  object: () => add("object", { data: at(A, "object", "html"), type: "text/html" }),
  embed: () => add("embed", { src: at(A, "embed", "html"), type: "text/html" }),
  "svg-image": () => (add("div", {}).innerHTML = `<svg><image href="${at(T, "svg-image", "gif")}"/></svg>`),
  login: () => open(at("compte.identite", "login", "html").replace(tab, tab + "-compte")),
  speculation: () =>
    add("script", { type: "speculationrules", textContent: JSON.stringify({
      prefetch: [{ source: "list", urls: [at("www.suivant", "speculation", "html")], eagerness: "immediate" }] }) }),
  csp: () => add("link", { rel: "stylesheet", href: at("pas.permis", "csp", "css") }),
};

addEventListener("pagehide", () => {
  navigator.sendBeacon(at(T, "beacon-pagehide", "gif"), "a=1");
  quiet(fetch(at(A, "keepalive-pagehide", "gif"), { ...post, mode: "no-cors" }));
});

const chosen = "__KINDS__" === "all" ? Object.keys(kinds) : "__KINDS__".split(" ");
const turn = __TURN__, beat = __BEAT__, shift = Math.floor(chosen.length * turn);
const order = [...chosen.slice(shift), ...chosen.slice(0, shift)];
order.forEach((kind, n) => setTimeout(() => { try { kinds[kind](); } catch { /* this browser has none */ } }, (n + turn) * beat));
setTimeout(() => { __END__ }, (order.length + 3 + turn) * beat);
