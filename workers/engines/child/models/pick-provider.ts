import type { ExecutionProvider } from '../../../../src/models/execution-provider.ts';
import type { LoadedModel } from '../../../../src/models/load-model.ts';
import { createSession } from './create-session.ts';

/** The provider that runs models here. */
export interface PickedProvider {
  provider: ExecutionProvider;
  /** Why it is not the wanted one, and what to do, for the operator; null: it is. */
  problem: string | null;
}

/**
 * The wanted provider if it can load this model, otherwise the CPU. ONNX Runtime lists providers that it was built with, not those
 * whose libraries and devices are there, so only loading a model shows it.
 */
export async function pickProvider(wanted: ExecutionProvider, model: LoadedModel): Promise<PickedProvider> {
  if (wanted === 'cpu') return { provider: 'cpu', problem: null };
  try {
    const session = await createSession(model, 1, { provider: wanted });
    await session.release();
    return { provider: wanted, problem: null };
  } catch (error) {
    return { provider: 'cpu', problem: explainCuda(error as Error) };
  }
}

function explainCuda({ message, cause }: Error): string {
  const said = cause instanceof Error ? cause.message : message;
  // ONNX Runtime 1.30 says no more than this, whichever library is missing.
  const reason = said.includes('Failed to load shared library')
    ? "a library is missing. Install CUDA 12 and cuDNN 9, and ONNX Runtime's libraries for them with `ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node`."
    : said.trim();
  return `ENGINE_PROVIDER is cuda, but models run on the CPU: ${reason}`;
}
