// Plays Google Analytics 4: a page view and events as /g/collect, with the client id of a first-party cookie.
(() => {
  const found = document.cookie.match(/_ga=GA1\.1\.([\d.]+)/);
  const client = found ? found[1] : `${Math.floor(Math.random() * 2 ** 31)}.${Math.floor(Date.now() / 1000)}`;
  document.cookie = `_ga=GA1.1.${client}; path=/; max-age=63072000; SameSite=Lax; Secure`;
  window.gtag = (name, data) => {
    const query = new URLSearchParams({ v: '2', tid: 'G-DEMO000001', cid: client, en: name, ul: navigator.language });
    query.set('dl', location.href);
    query.set('dt', document.title);
    query.set('sr', `${screen.width}x${screen.height}`);
    for (const [key, value] of Object.entries(data ?? {})) query.set(key, value);
    fetch('https://www.google-analytics.com/g/collect?' + query, { method: 'POST', mode: 'no-cors', keepalive: true });
  };
  gtag('page_view');
})();
