/** Two digits a byte. `Uint8Array.prototype.toHex` is younger than some browsers in use. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
