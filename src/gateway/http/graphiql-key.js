// Runs in the GraphiQL page, before GraphiQL itself. One API key for all tabs, kept for the browser's session: GraphiQL's own headers
// belong to a single tab. Each request takes the key as it is then, so nothing is loaded anew when it changes.
(() => {
  const storageName = 'sightline:api-key';
  const readKey = () => sessionStorage.getItem(storageName);

  const fetchPlain = window.fetch;
  window.fetch = (input, init = {}) => {
    const isOwn = new URL(input instanceof Request ? input.url : input, location.href).origin === location.origin;
    return fetchPlain(input, isOwn ? { ...init, headers: withKey(init.headers) } : init);
  };

  const sendPlain = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    sendPlain.call(this, typeof data === 'string' ? withKeyOfOperation(data) : data);
  };

  document.addEventListener('DOMContentLoaded', () => document.body.append(createForm()));

  /** A key in the headers of a tab takes precedence. */
  function withKey(given) {
    const headers = new Headers(given);
    const key = readKey();
    if (key !== null && !headers.get('x-api-key') && !headers.get('authorization')) headers.set('x-api-key', key);
    return headers;
  }

  /** The gateway reads headers of an operation from its extensions, since a WebSocket has none of its own. */
  function withKeyOfOperation(text) {
    const message = JSON.parse(text);
    if (message.type !== 'subscribe') return text;
    const extensions = message.payload.extensions ?? {};
    const headers = Object.fromEntries(withKey(extensions.headers ?? {}));
    return JSON.stringify({ ...message, payload: { ...message.payload, extensions: { ...extensions, headers } } });
  }

  function createForm() {
    const form = document.createElement('form');
    form.id = 'api-key';
    const input = document.createElement('input');
    Object.assign(input, { type: 'password', placeholder: 'API key', autocomplete: 'off' });
    input.setAttribute('aria-label', 'API key for all tabs, until this browser tab is closed');
    const button = document.createElement('button');
    form.append(input, button);
    const show = () => {
      input.hidden = readKey() !== null;
      button.textContent = readKey() === null ? 'Use key' : 'Forget key';
    };
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const entered = input.value.trim();
      if (readKey() !== null) sessionStorage.removeItem(storageName);
      else if (entered !== '') sessionStorage.setItem(storageName, entered);
      input.value = '';
      show();
    });
    show();
    return form;
  }
})();
