import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { picture } from '../../support/pictures.ts';

export interface Original {
  format: string;
  bytes: Buffer;
}

const fixtures = path.join(import.meta.dirname, '../../fixtures');

/** A good picture of each format that the gateway reads, in the forms that differ in their structure. */
export async function originals(): Promise<Original[]> {
  const described = { orientation: 6, taken: '2024:05:06 07:08:09', noise: true } as const;
  const noise = await picture({ format: 'png', noise: true });
  return [
    { format: 'jpeg', bytes: await picture(described) },
    { format: 'progressive jpeg', bytes: await sharp(noise).jpeg({ progressive: true }).toBuffer() },
    { format: 'png', bytes: await picture({ ...described, format: 'png' }) },
    { format: 'palette png', bytes: await sharp(noise).png({ palette: true, progressive: true }).toBuffer() },
    { format: 'webp', bytes: await picture({ ...described, format: 'webp' }) },
    { format: 'lossless webp', bytes: await sharp(noise).webp({ lossless: true }).toBuffer() },
    { format: 'gif', bytes: await picture({ format: 'gif', noise: true }) },
    { format: 'avif', bytes: await picture({ ...described, format: 'avif' }) },
    { format: 'heic', bytes: await readFile(path.join(fixtures, 'heic/turned.heic')) },
  ];
}
