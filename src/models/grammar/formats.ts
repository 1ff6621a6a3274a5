/*
 * Formats of strings in schemas, as patterns of the whole string. They let through less than the standards do (no leap seconds, no quoted local parts),
 * and nothing that those do not.
 */

const date =
  '(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8])))';
const time = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,6})?(?:Z|[+-](?:0\\d|1[0-3]):[0-5]\\d)';
const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
// No two hyphens after each other, which some names have a meaning for; shorter than names may be.
const label = '[A-Za-z0-9]{1,12}(?:-[A-Za-z0-9]{1,9}){0,4}';
const host = `${label}(?:\\.${label}){0,3}`;
const group = '[0-9a-fA-F]{1,4}';
const path = "(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2}){0,100}){0,20}";
const query = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}){0,200}";
const uri = `[a-z][a-z0-9+.-]{1,15}://${host}(?::[1-9]\\d{0,3})?${path}(?:\\?${query})?(?:#${query})?`;
const ipv6 = [
  `(?:${group}:){7}${group}`,
  ...Array.from({ length: 7 }, (_, i) => `(?:${group}:){${i + 1}}(?::${group}){1,${Math.max(1, 6 - i)}}`).slice(0, 6),
  `::(?:${group}:){0,5}${group}`,
  '::',
].join('|');

export const formats: Readonly<Record<string, string>> = {
  date,
  time,
  'date-time': `${date}T${time}`,
  duration:
    'P(?:\\d{1,4}W|(?:\\d{1,4}D|\\d{1,4}M(?:\\d{1,4}D)?|\\d{1,4}Y(?:\\d{1,4}M(?:\\d{1,4}D)?)?)(?:T(?:\\d{1,4}H(?:\\d{1,4}M(?:\\d{1,4}S)?)?|\\d{1,4}M(?:\\d{1,4}S)?|\\d{1,4}S))?|T(?:\\d{1,4}H(?:\\d{1,4}M(?:\\d{1,4}S)?)?|\\d{1,4}M(?:\\d{1,4}S)?|\\d{1,4}S))',
  email: `[A-Za-z0-9_+-]+(?:\\.[A-Za-z0-9_+-]+){0,5}@${label}(?:\\.${label}){1,3}`,
  hostname: host,
  uuid: '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
  ipv4: `${byte}(?:\\.${byte}){3}`,
  ipv6,
  uri,
};
