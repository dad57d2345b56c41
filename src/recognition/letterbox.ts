import type { Box, Size } from './box.ts';

/** How a picture is placed in the top left corner of a model's input frame. */
export interface Letterbox {
  /** Frame pixels per picture pixel, along x and y; equal except for rounding. */
  scaleX: number;
  scaleY: number;
  /** Size of the picture inside the frame, whole pixels. */
  width: number;
  height: number;
}

/** Fits a picture into a frame with its proportions kept; smaller pictures are enlarged, as in the detector's training. */
export function fitLetterbox(image: Size, frame: Size): Letterbox {
  const scale = Math.min(frame.width / image.width, frame.height / image.height);
  const width = Math.min(frame.width, Math.max(1, Math.round(image.width * scale)));
  const height = Math.min(frame.height, Math.max(1, Math.round(image.height * scale)));
  // The resizer produces the rounded size, so that size, not the exact ratio, is used to convert back to picture pixels.
  return { scaleX: width / image.width, scaleY: height / image.height, width, height };
}

/** Fits a picture into a frame as the model's manifest says: with its proportions kept, or stretched to fill it. */
export function fitFrame(image: Size, frame: Size, resize: 'letterbox-top-left' | 'stretch'): Letterbox {
  if (resize === 'letterbox-top-left') return fitLetterbox(image, frame);
  const { width, height } = frame;
  return { scaleX: width / image.width, scaleY: height / image.height, width, height };
}

/** From frame pixels back to picture pixels. */
export function fromFrame<B extends Box>(box: B, letterbox: Letterbox): B {
  return {
    ...box,
    x: box.x / letterbox.scaleX,
    y: box.y / letterbox.scaleY,
    width: box.width / letterbox.scaleX,
    height: box.height / letterbox.scaleY,
  };
}
