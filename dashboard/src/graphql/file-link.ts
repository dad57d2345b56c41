/**
 * A signed link to a picture, a video, a drawing, an export or an upload target, as it is at the address from which this page came. The API makes links with
 * PUBLIC_URL, and without one it does not know what a tunnel or a container's port is called outside.
 */
export function fileLink(url: string): string {
  const [, file] =
    /\/((?:images|annotated|crops|planograms|exports|uploads|videos|frames|posters|tracks)\/[^/]+)$/.exec(url) ?? [];
  return file === undefined ? url : new URL(file, document.baseURI).href;
}
