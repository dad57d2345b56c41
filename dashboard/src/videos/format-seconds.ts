/** A time in a video: 0:07, 12:30, 1:02:03; with `isExact` tenths, too. */
export function formatSeconds(seconds: number, { isExact = false } = {}): string {
  const rounded = isExact ? Math.round(seconds * 10) / 10 : Math.floor(seconds);
  const [hours, minutes] = [Math.floor(rounded / 3600), Math.floor(rounded / 60) % 60];
  const rest = (rounded % 60).toFixed(isExact ? 1 : 0).padStart(isExact ? 4 : 2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}
