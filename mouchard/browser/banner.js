// Listens for a person's clicks on consent banners, in a world of its own: pages see none of this.
(() => {
  if (globalThis.banner) return globalThis.banner;
  const rules = __RULES__;
  const about = new RegExp(rules.about, 'i');
  const choices = rules.choices.map(([name, words, selector]) => ({ name, words: new RegExp(words, 'i'), selector }));
  const seen = [];
  let waiting = null;

  const tidy = (text) => (text ?? '').toLowerCase().replace(/[’ʼ]/g, "'").replace(/\s+/g, ' ').replace(/^[\s→›»×✓✕.:!–-]+|[\s→›»×✓✕.:!–-]+$/g, '');

  const above = (at) => (at instanceof ShadowRoot ? at.host : at.getRootNode() instanceof ShadowRoot ? at.getRootNode() : null);

  function spokenOf(element) {
    for (let at = element, up = 0; at && up < 10; at = at.parentElement ?? above(at), up++) {
      const text = at.innerText ?? [...at.children].map((child) => child.innerText ?? '').join(' ');
      if (text.length > 6000) return false;
      if (about.test(text)) return true;
    }
    return false;
  }

  function meaning(element) {
    if (!(element instanceof Element)) return null;
    for (const { name, selector } of choices) if (element.closest(selector)) return name;
    const button = element.closest('button, a, [role=button], input[type=button], input[type=submit]');
    if (!button) return null;
    const texts = [button.innerText || button.value, button.getAttribute('aria-label')].map(tidy).filter(Boolean);
    for (const { name, words } of choices) {
      if (texts.some((text) => text.length < 80 && words.test(text)) && (name === 'withdraw' || spokenOf(button))) return name;
    }
    return null;
  }

  function tell(choice) {
    seen.push(choice);
    if (waiting) {
      waiting(seen.shift());
      waiting = null;
    }
  }

  let held = false;
  addEventListener('click', (event) => {
    const name = event.isTrusted ? meaning(event.composedPath()[0]) : null;
    held = Boolean(name);
    if (name) tell({ choice: name, time: Date.now() / 1000 });
  }, true);
  addEventListener('click', () => {
    if (!held) return;
    held = false;
    for (const until = performance.now() + rules.hold; performance.now() < until; );
  }, true);

  function visible(element) {
    const box = element.getBoundingClientRect();
    const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
    return inside && getComputedStyle(element).visibility !== 'hidden';
  }

  globalThis.banner = {
    next: () => (seen.length ? Promise.resolve(seen.shift()) : new Promise((done) => (waiting = done))),
    find(choice) {
      for (const element of document.querySelectorAll('button, a, [role=button], input[type=button], input[type=submit]')) {
        if (meaning(element) !== choice) continue;
        element.scrollIntoView({ block: 'nearest' });
        if (visible(element)) return element;
      }
      return null;
    },
    stored() {
      const sizes = (store) => Object.keys(store).map((key) => ({ key, size: key.length + store.getItem(key).length }));
      try {
        return { host: location.host, local: sizes(localStorage), session: sizes(sessionStorage) };
      } catch {
        return null; // a frame without an origin keeps nothing
      }
    },
  };
  return globalThis.banner;
})()
