// A banner that is heeded by two trackers, and by one it is not.
(() => {
  const banner = document.getElementById('banniere');
  const withdraw = document.getElementById('retrait');
  const chosen = () => localStorage.getItem('choix');

  function load(source) {
    const script = document.createElement('script');
    script.src = source;
    document.head.append(script);
  }
  function heed() {
    banner.hidden = Boolean(chosen());
    withdraw.hidden = chosen() !== 'oui';
    if (chosen() !== 'oui') return;
    load('https://connect.facebook.net/en_US/fbevents.js');
    load('https://www.googletagmanager.com/gtag/js?id=G-DEMO000001');
  }
  function choose(answer) {
    localStorage.setItem('choix', answer);
    document.cookie = `choix=${answer}; path=/; max-age=15552000; SameSite=Lax; Secure`;
    if (answer !== 'oui') document.cookie = '_ga=; path=/; max-age=0';
    heed();
  }
  document.getElementById('accepter').onclick = () => choose('oui');
  document.getElementById('refuser').onclick = () => choose('non');
  withdraw.onclick = () => choose('non');
  heed();

  // The one that asks nobody: the same visitor number, whatever was answered.
  let visitor = localStorage.getItem('sirocco');
  if (!visitor) localStorage.setItem('sirocco', (visitor = crypto.randomUUID()));
  new Image().src = 'https://sync.regie-sirocco.example/i.gif?' + new URLSearchParams({ device_id: visitor, page: location.href });
})();
