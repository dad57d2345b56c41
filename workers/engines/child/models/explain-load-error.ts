/** Messages of ONNX Runtime 1.30 about models that it cannot load, and what they mean for the person who exported the model. */
const causes: readonly [pattern: RegExp, explain: (...found: string[]) => string][] = [
  [
    /error: (?:ai\.onnx)?:?(\S+?)\(-?\d+\) is not a registered function\/op/,
    (operator) => `it does not know the operator ${operator}. Export the model with standard ONNX operators only.`,
  ],
  [
    /No Op registered for (\S+) with domain_version of (\d+)/,
    (operator, opset) =>
      `opset ${opset} has no operator ${operator}. Export the model with standard ONNX operators, or with the opset that has it.`,
  ],
  [/is till opset (\d+)/, (opset) => `its opset is too new. Export the model with opset ${opset} or an older one.`],
  [/max supported IR version: (\d+)/, (ir) => `its format is too new. Save it with IR version ${ir} or an older one.`],
  [
    /External data/,
    () =>
      'its weights are in another file. Save it as one file: torch.onnx.export(…, external_data=False), or onnx.save(onnx.load(file), file).',
  ],
  [
    /protobuf parsing failed|Model data pointer is null/,
    () => 'the file is not an ONNX model, or is cut off. Export or download it again.',
  ],
];

/** The end of "ONNX Runtime cannot load …: ". For unknown causes, ONNX Runtime's own message is used. */
export function explainLoadError(message: string): string {
  for (const [pattern, explain] of causes) {
    const found = pattern.exec(message);
    if (found) return explain(...found.slice(1));
  }
  return message.trim();
}
