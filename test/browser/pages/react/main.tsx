import { createRoot } from 'react-dom/client';
import { createApollo, LiveAnalyses, type Session } from '../../../../examples/clients/page/live.tsx';

async function openSession(): Promise<Session> {
  return (await fetch('session', { method: 'POST' })).json();
}

const { socketUrl, taskId } = await openSession();
const { apollo } = createApollo(socketUrl, openSession);
createRoot(document.querySelector('#root')!).render(<LiveAnalyses apollo={apollo} taskId={taskId} />);
