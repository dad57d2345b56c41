// Runs in the GraphiQL page, before GraphiQL itself, which writes an answer into whichever tab is open when it arrives. An answer waits
// until the tab that asked is open again; that of a closed tab is dropped. (Subscriptions need nothing: GraphiQL ends them when another tab
// is opened.)
(() => {
  const isOpen = (tab) => tab.classList.contains('graphiql-tab-active');

  const fetchPlain = window.fetch;
  window.fetch = async (input, init) => {
    const tab = document.querySelector('.graphiql-tab-active');
    // GraphiQL reads the schema for all tabs.
    if (tab === null || /"operationName":"IntrospectionQuery"/.test(init?.body ?? '')) return fetchPlain(input, init);
    try {
      const response = await fetchPlain(input, init);
      // An answer that comes in parts is shown part by part.
      if (!/json/.test(response.headers.get('content-type') ?? '')) return response;
      const { status, statusText, headers } = response;
      return new Response(await response.blob(), { status, statusText, headers });
    } finally {
      await untilOpen(tab);
    }
  };

  /** Never resolves for a tab that is closed. */
  function untilOpen(tab) {
    if (isOpen(tab)) return undefined;
    return new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (!isOpen(tab)) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(tab, { attributes: true, attributeFilter: ['class'] });
    });
  }
})();
