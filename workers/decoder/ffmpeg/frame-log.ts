/** What ffmpeg says about frames, line by line. */
export interface FrameLog {
  /** Every decoded frame, wanted or not; on the clock of the file. duration 0: not said. */
  decoded(seconds: number, durationSeconds: number): void;
  /** The same of a frame whose pixels follow on stdout. */
  picked(seconds: number): void;
  damaged(): void;
}

/** Names of the two filters that report frames. Times are whole numbers of a unit that each of them reports first. */
export const reporters = { decoded: 'showinfo@decoded', picked: 'showinfo@picked' } as const;

const unit = /^\[showinfo@(decoded|picked) @ [^\]]+\] config in time_base: (\d+)\/(\d+)/;
const frame = /^\[showinfo@(decoded|picked) @ [^\]]+\] n: *\d+ pts: *(-?\d+|NOPTS) .*?(?: duration: *(\d+) .*)?$/;
/** Words of ffmpeg 5 to 8. */
const damage = /corrupt decoded frame|Error while decoding stream|Error submitting packet to decoder/;

/** Reads the lines that ffmpeg writes to stderr. */
export function readFrameLog(log: FrameLog): (line: string) => void {
  const seconds = { decoded: 0, picked: 0 };
  return (line) => {
    const [, configured, numerator, denominator] = unit.exec(line) ?? [];
    if (configured !== undefined) {
      seconds[configured as keyof typeof seconds] = Number(numerator) / Number(denominator);
      return;
    }
    const [, reporter, ticks, duration] = frame.exec(line) ?? [];
    if (reporter === 'decoded' && ticks !== 'NOPTS')
      log.decoded(Number(ticks) * seconds.decoded, Number(duration ?? 0) * seconds.decoded);
    else if (reporter === 'picked') log.picked(Number(ticks) * seconds.picked);
    else if (damage.test(line)) log.damaged();
  };
}
