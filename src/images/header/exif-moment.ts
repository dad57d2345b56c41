/** `2024:05:06 07:08:09`, also with dashes or T, with a fraction, and with a time zone, which some cameras append. */
const pattern = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? ?(Z|[+-]\d\d:?\d\d)?$/;
const zonePattern = /^(?:Z|([+-])(\d\d):?(\d\d))$/;

/** No photograph is older; cameras without a clock write years 0 and 1. */
const firstYear = 1800;

/**
 * An EXIF date as a Date. Its own time zone takes precedence over that of the separate tag; without either it is taken as UTC.
 * @param zone of the separate tag, `+02:00`; anything else counts as none.
 * @param subSeconds decimals of the separate tag.
 * @returns null for zeros and blanks, and for dates and times that do not exist, such as 30 February and 24:00.
 */
export function readMoment(date: string, zone: string, subSeconds: string): Date | null {
  const match = pattern.exec(date);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (year < firstYear) return null;
  const fraction = match[7] ?? (/^\d{1,9}$/.test(subSeconds) ? subSeconds : '0');
  const milliseconds = Math.floor(Number(`0.${fraction}`) * 1000);
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second, milliseconds));
  // Date carries an excess over to the next month or day.
  const isReal =
    local.getUTCMonth() === month - 1 &&
    local.getUTCDate() === day &&
    local.getUTCHours() === hour &&
    local.getUTCMinutes() === minute &&
    local.getUTCSeconds() === second;
  return isReal ? new Date(local.getTime() - (offsetMs(match[8]) ?? offsetMs(zone) ?? 0)) : null;
}

/** Minutes east of Greenwich; null for an impossible time zone. */
function offsetMs(zone: string | undefined): number | null {
  const match = zonePattern.exec(zone ?? '');
  if (!match) return null;
  const [, sign, hours = '00', minutes = '00'] = match;
  const total = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || total > 14 * 60) return null;
  return (sign === '-' ? -total : total) * 60_000;
}
