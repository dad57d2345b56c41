// Runs in the GraphiQL page, before GraphiQL itself. Its tabs can be dragged into another order, which its library takes every press on a
// tab for: the tabs jump to the right before the button is released (the page's style holds them), and a hand that trembles by three
// pixels swaps two of them, so that the click reaches neither. Without drags every click counts; the order of tabs is not worth that.
document.addEventListener(
  'pointerdown',
  (event) => {
    if (event.target instanceof Element && event.target.closest('.graphiql-tab')) event.stopPropagation();
  },
  { capture: true },
);
