/** The execution providers of ONNX Runtime that ENGINE_PROVIDER can name: what runs the models of an engine. */
export const executionProviders = ['cpu', 'cuda'] as const;

export type ExecutionProvider = (typeof executionProviders)[number];
