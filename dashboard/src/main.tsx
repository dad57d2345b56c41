import './styles/tokens.css';
import './styles/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { takeLinkSecret } from './sign-in/link-secret.ts';

// A page that was open while the server was updated asks for parts that no longer exist: it loads the new ones.
window.addEventListener('vite:preloadError', () => location.reload());

createRoot(document.getElementById('root')!).render(<App linkSecret={takeLinkSecret()} />);
