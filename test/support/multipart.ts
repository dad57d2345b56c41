/** The parts `operations` and `map` of a multipart request with so many files, which are the variable `files`. */
export function multipartHead(boundary: string, operations: object, files: number): string {
  const map = Object.fromEntries(Array.from({ length: files }, (_, index) => [index, [`variables.files.${index}`]]));
  const field = (name: string, value: object) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${JSON.stringify(value)}\r\n`;
  return field('operations', operations) + field('map', map);
}

/** The head of a file's part; its bytes follow. */
export function filePart(boundary: string, name: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`;
}
