import type { Colour } from '../../../../src/images/header/heif/colour.ts';
import { type Primaries, toD50, type Xy } from './colour-matrix.ts';
import { makeProfile } from './icc-profile.ts';

const d65: Xy = [0.3127, 0.329];
const bt709: Primaries = [[0.64, 0.33], [0.3, 0.6], [0.15, 0.06], d65];
/** By their numbers in ITU-T H.273. BT.709, which is sRGB, needs no profile, nor do unspecified values. */
const knownPrimaries: ReadonlyMap<number, Primaries> = new Map([
  [1, bt709],
  [
    4,
    [
      [0.67, 0.33],
      [0.21, 0.71],
      [0.14, 0.08],
      [0.31, 0.316],
    ],
  ],
  [5, [[0.64, 0.33], [0.29, 0.6], [0.15, 0.06], d65]],
  [6, [[0.63, 0.34], [0.31, 0.595], [0.155, 0.07], d65]],
  [7, [[0.63, 0.34], [0.31, 0.595], [0.155, 0.07], d65]],
  [9, [[0.708, 0.292], [0.17, 0.797], [0.131, 0.046], d65]],
  [
    11,
    [
      [0.68, 0.32],
      [0.265, 0.69],
      [0.15, 0.06],
      [0.314, 0.351],
    ],
  ],
  [12, [[0.68, 0.32], [0.265, 0.69], [0.15, 0.06], d65]],
]);

/** Signal to light, 0 to 1. HDR values brighter than paper white are clipped, as on a screen without HDR. */
const knownCurves: ReadonlyMap<number, (signal: number) => number> = new Map([
  [4, (signal: number) => signal ** 2.2],
  [5, (signal: number) => signal ** 2.8],
  [8, (signal: number) => signal],
  [16, perceptualQuantizer],
  [18, hybridLogGamma],
]);

/** The ICC profile that corresponds to a colour description; null: it is sRGB. */
export function toProfile(colour: Colour | null): Buffer | null {
  if (colour === null) return null;
  if ('icc' in colour) return colour.icc;
  const curve = knownCurves.get(colour.transfer);
  if (!curve && (colour.primaries === 1 || !knownPrimaries.has(colour.primaries))) return null;
  // Curves of video (BT.709, BT.601, BT.2020) are treated as that of sRGB, as browsers do for pictures.
  return makeProfile(toD50(knownPrimaries.get(colour.primaries) ?? bt709), curve ?? srgb);
}

function srgb(signal: number): number {
  return signal <= 0.04045 ? signal / 12.92 : ((signal + 0.055) / 1.055) ** 2.4;
}

/** SMPTE ST 2084; paper white is 203 of its 10,000 cd/m² (BT.2408). */
function perceptualQuantizer(signal: number): number {
  const power = signal ** (32 / 2523);
  const light = (Math.max(power - 3424 / 4096, 0) / (2413 / 128 - (2392 / 128) * power)) ** (8192 / 1305);
  return Math.min((light * 10_000) / 203, 1);
}

/** ARIB STD-B67; paper white is the signal 0.75. */
function hybridLogGamma(signal: number): number {
  const light = (value: number) =>
    value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - 0.559_910_73) / 0.178_832_77) + 0.284_668_92) / 12;
  return Math.min(light(signal) / light(0.75), 1);
}
