const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, '0')).join('');
const digest = async (name, text) => hex(await crypto.subtle.digest(name, new TextEncoder().encode(text)));
const post = (url, body, headers) => fetch(url, { method: 'POST', body, headers, credentials: 'include' });
const image = (url, policy) => new Promise((done) => {
  const tag = new Image();
  if (policy) tag.referrerPolicy = policy;
  tag.onload = tag.onerror = done;
  tag.src = url;
});
async function gzip(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}
const chat = (message) => new Promise((done) => {
  const socket = new WebSocket('wss://direct.bavard-clair.example/salon');
  socket.onopen = () => { socket.send(JSON.stringify(message)); socket.close(); };
  socket.onclose = socket.onerror = done;
});
// Ways of hiding that nothing decodes: a shifted alphabet, XOR, base 85, and the letters in another order.
const shifted = (text) => text.replace(/[a-z]/g, (c) => String.fromCharCode(((c.charCodeAt(0) - 92) % 26) + 97));
const xored = (text) => hex(new TextEncoder().encode(text).map((b) => b ^ 0x5a));
const shuffled = (text) => [...text].filter((_, i) => i % 2).concat([...text].filter((_, i) => !(i % 2))).join('');
const base85 = (text) => {
  const bytes = [...new TextEncoder().encode(text)];
  while (bytes.length % 4) bytes.push(0);
  let out = '';
  for (let at = 0; at < bytes.length; at += 4) {
    let word = ((bytes[at] * 256 + bytes[at + 1]) * 256 + bytes[at + 2]) * 256 + bytes[at + 3];
    let part = '';
    for (let n = 0; n < 5; n++) { part = String.fromCharCode((word % 85) + 33) + part; word = Math.floor(word / 85); }
    out += part;
  }
  return out;
};

function type(field, text) {
  field.focus();
  for (const letter of text) {
    field.value += letter;
    field.dispatchEvent(new InputEvent('input', { bubbles: true, data: letter, inputType: 'insertText' }));
  }
  field.dispatchEvent(new Event('change', { bubbles: true }));
}

const form = document.forms[0];
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const email = form.courriel.value, phone = form.telephone.value;
  const lower = email.toLowerCase(), e164 = '+33' + phone.replaceAll(' ', '').slice(1);
  history.replaceState(null, '', '/compte?courriel=' + encodeURIComponent(email));
  const json = { 'Content-Type': 'application/json' };
  const known = new URLSearchParams({ id: '1', ev: 'Lead', 'ud[em]': await digest('SHA-256', lower),
                                      'ud[ph]': await digest('SHA-256', e164.slice(1)) });
  const parts = new FormData();
  parts.set('contact', await digest('SHA-1', lower));
  await Promise.all([
    image('https://www.facebook.com/tr/?' + known, 'origin'),
    image('https://lettres.poste-vive.example/abonne?adresse=' + encodeURIComponent(email), 'origin'),
    image('https://pages.referent-curieux.example/p.gif', 'unsafe-url'),
    image('https://pixels.annonce-rapide.example/u/' + (await digest('SHA-256', lower)) + '/p.gif', 'origin'),
    post('https://api-js.mixpanel.com/track', new URLSearchParams({ data: btoa(JSON.stringify({
      event: 'signup', properties: { $email: lower } })) })),
    post('https://mesure.douce-nuit.example/v1', JSON.stringify({ user: { phone: e164 } }), json),
    post('https://flux.serre-fort.example/lot', await gzip(JSON.stringify([{ traits: { email: lower } }]))),
    post('https://dossier.multi-parts.example/envoi', parts),
    chat({ kind: 'hello', phone }),
    image('https://galette.souvenir-long.example/pose?valeur=' + btoa(lower), 'origin')
      .then(() => image('https://galette.souvenir-long.example/vue.gif', 'origin')),
    post('https://ombre.mots-caches.example/a?s=' + encodeURIComponent(shifted(lower)) + '&b=' +
         encodeURIComponent(base85(lower)), JSON.stringify({ x: xored(lower), m: shuffled(lower) }),
         { ...json, 'X-Trace': shifted(lower) + '.' + xored(phone) }),
  ]);
  await fetch('/fini');
});

addEventListener('load', () => {
  type(form.courriel, __EMAIL__);
  type(form.telephone, __PHONE__);
  form.requestSubmit();
});
