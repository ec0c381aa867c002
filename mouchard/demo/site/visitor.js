// Plays the visitor: reads for a moment, types like a person, goes on to the next page.
(async () => {
  const { person, pace } = __VISIT__;
  const task = document.currentScript.dataset;
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds * pace));
  async function type(field, text) {
    field.focus();
    for (const letter of text) {
      field.value += letter;
      field.dispatchEvent(new InputEvent('input', { bubbles: true, data: letter, inputType: 'insertText' }));
      await pause(12);
    }
    field.dispatchEvent(new Event('change', { bubbles: true }));
    field.blur();
  }
  await new Promise((done) => addEventListener('load', done));
  await pause(500);
  if (task.fill) {
    const form = document.forms[0];
    if (chat.readyState === WebSocket.CONNECTING) await new Promise((done) => (chat.onopen = chat.onerror = done));
    for (const [name, text] of Object.entries(person)) await type(form[name], text);
    await pause(300);
    form.requestSubmit();
  } else {
    location.href = task.next;
  }
})();
