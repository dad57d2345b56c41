import './styles/tokens.css';
import './styles/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { preloadPage } from './pages.ts';
import { signIn } from './session.ts';
import { sharedSecret } from './shared/shared-link.ts';
import { takeLinkSecret } from './sign-in/link-secret.ts';

const justLoadedMs = 10_000;

// A page that was open while the server was updated asks for parts that no longer exist: it loads the new ones. Where the server cannot
// be reached the page stays, and says so; so does one that has just been loaded, which another time would not help.
window.addEventListener('vite:preloadError', async () => {
  if (performance.now() < justLoadedMs) return;
  const answer = await fetch(document.baseURI, { method: 'HEAD', cache: 'no-store' }).catch(() => null);
  if (answer?.ok) location.reload();
});

const linkSecret = takeLinkSecret();
if (sharedSecret() === null) preloadPage(location.hash);
// The request goes out before anything is drawn.
const signingIn = linkSecret === null ? null : signIn(linkSecret);
createRoot(document.getElementById('root')!).render(<App signingIn={signingIn} />);
