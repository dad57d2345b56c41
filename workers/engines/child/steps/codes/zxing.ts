import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  prepareZXingModule,
  purgeZXingModule,
  type ReaderOptions,
  type ReadInputBarcodeFormat,
  readBarcodes,
} from 'zxing-wasm/reader';
import { type CodeFormat, codeFormats, type ReadCode } from '../../../../../src/recognition/codes/code.ts';
import { toGtin } from '../../../../../src/recognition/codes/gtin.ts';
import { drawView, type GreyPicture, toPicture, type View } from '../../../../../src/recognition/codes/view.ts';
import type { CornerNumbers } from '../../../../../src/recognition/rounding.ts';

/** What the library calls each format and its variants. Asked for ITF14, it returns what it calls ITF. */
const formatNames = {
  EAN_13: ['EAN13'],
  EAN_8: ['EAN8'],
  UPC_A: ['UPCA'],
  UPC_E: ['UPCE'],
  ITF_14: ['ITF14', 'ITF'],
  DATABAR: ['DataBarOmni', 'DataBarStk', 'DataBarStkOmni'],
  DATABAR_LIMITED: ['DataBarLtd'],
  DATABAR_EXPANDED: ['DataBarExp', 'DataBarExpStk'],
  CODE_128: ['Code128'],
  CODE_39: ['Code39Std', 'Code39'],
  QR_CODE: ['QRCodeModel2', 'QRCode'],
  MICRO_QR_CODE: ['MicroQRCode'],
  DATA_MATRIX: ['DataMatrix'],
} as const satisfies Record<CodeFormat, readonly ReadInputBarcodeFormat[]>;

const formatsByName = new Map<string, CodeFormat>(
  codeFormats.flatMap((format) => formatNames[format].map((name) => [name, format] as const)),
);

const options: ReaderOptions = {
  formats: Object.values(formatNames).flat(),
  tryHarder: true,
  // By 90, 180 and 270 degrees.
  tryRotate: true,
  // Bright codes on dark ground are rare on packs, and looking for them doubles the time.
  tryInvert: false,
  tryDownscale: true,
  // Two lines that read the same: one alone may be a misread one.
  minLineCount: 2,
  textMode: 'HRI',
};

/**
 * The memory of WebAssembly grows and never shrinks, so the library is started anew after a large picture. That takes a few
 * milliseconds.
 */
const keepUpToBytes = 64_000_000;

/** The part of Emscripten's module that is used; its own types would declare globals. */
interface Library {
  HEAPU8: Uint8Array;
}

let wasmBinary: ArrayBuffer | undefined;

/** From the files of the package: by default, the library would fetch its WebAssembly from a CDN. */
async function prepare(): Promise<Library> {
  const file = fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'));
  wasmBinary ??= Uint8Array.from(await readFile(file)).buffer;
  // The same one as before, unless it was purged.
  const library = await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  return library as unknown as Library;
}

/** Reads the codes of a view of a picture, at most `most`; their corners are pixels of the picture. */
export async function readView(picture: GreyPicture, view: View, most: number): Promise<ReadCode[]> {
  const library = await prepare();
  const { rgba, width, height } = drawView(picture, view);
  const results = await readBarcodes({ data: rgba, width, height } as ImageData, {
    ...options,
    maxNumberOfSymbols: most,
  });
  if (library.HEAPU8.byteLength > keepUpToBytes) purgeZXingModule();
  return results.flatMap(({ isValid, format, text, position }) => {
    const content = isValid ? toContent(format, text) : null;
    if (content === null) return [];
    const { topLeft, topRight, bottomRight, bottomLeft } = position;
    const corners = [topLeft, topRight, bottomRight, bottomLeft].flatMap(({ x, y }) => toPicture(view, [x, y]));
    return [{ ...content, corners: corners as CornerNumbers }];
  });
}

/**
 * Format and value as they are reported; null: not a code that is looked for. The library reads each UPC as the EAN-13 that it also
 * is, and ITF of every length, which stripes resemble.
 */
function toContent(name: string, text: string): Pick<ReadCode, 'format' | 'value'> | null {
  const format = formatsByName.get(name);
  if (format === undefined) return null;
  if (format === 'ITF_14' && toGtin(text) !== text) return null;
  const isUpc = format === 'UPC_E' || format === 'EAN_13';
  if (isUpc && /^0[0-9]{12}$/.test(text))
    return { format: format === 'UPC_E' ? 'UPC_E' : 'UPC_A', value: text.slice(1) };
  return { format, value: toText(text) };
}

/**
 * The library writes control characters as <ESC>, except for tabs and line breaks. In case that it misses one, none gets to the
 * database, which stores no NUL, or to a terminal.
 */
function toText(text: string): string {
  return text.toWellFormed().replaceAll(controlCharacters, '\ufffd');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about these.
const controlCharacters = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;
