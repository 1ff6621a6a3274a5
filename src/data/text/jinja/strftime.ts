/* `datetime.strftime` with English names, in local time. Source: docs.python.org/3/library/datetime.html. */

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const two = (n: number): string => String(n).padStart(2, '0');

/** Directives that are not known stay as they stand. */
export function strftime(format: string, time: Date): string {
  const dayOfYear = Math.round(
    (Date.UTC(time.getFullYear(), time.getMonth(), time.getDate()) - Date.UTC(time.getFullYear(), 0, 1)) / 86_400_000,
  );
  const hour12 = time.getHours() % 12 || 12;
  const values: Readonly<Record<string, () => string>> = {
    Y: () => String(time.getFullYear()),
    y: () => two(time.getFullYear() % 100),
    m: () => two(time.getMonth() + 1),
    d: () => two(time.getDate()),
    e: () => String(time.getDate()).padStart(2, ' '),
    B: () => months[time.getMonth()],
    b: () => months[time.getMonth()].slice(0, 3),
    h: () => months[time.getMonth()].slice(0, 3),
    A: () => days[time.getDay()],
    a: () => days[time.getDay()].slice(0, 3),
    w: () => String(time.getDay()),
    u: () => String(time.getDay() || 7),
    j: () => String(dayOfYear + 1).padStart(3, '0'),
    U: () => two(Math.floor((dayOfYear + 7 - time.getDay()) / 7)),
    W: () => two(Math.floor((dayOfYear + 7 - ((time.getDay() + 6) % 7)) / 7)),
    H: () => two(time.getHours()),
    I: () => two(hour12),
    M: () => two(time.getMinutes()),
    S: () => two(time.getSeconds()),
    f: () => String(time.getMilliseconds() * 1000).padStart(6, '0'),
    p: () => (time.getHours() < 12 ? 'AM' : 'PM'),
    F: () => strftime('%Y-%m-%d', time),
    D: () => strftime('%m/%d/%y', time),
    T: () => strftime('%H:%M:%S', time),
    R: () => strftime('%H:%M', time),
    c: () => strftime('%a %b %e %H:%M:%S %Y', time),
    x: () => strftime('%m/%d/%y', time),
    X: () => strftime('%H:%M:%S', time),
    // A time without a zone has none to print.
    z: () => '',
    Z: () => '',
    '%': () => '%',
  };
  return format.replace(/%(-?)([A-Za-z%])/g, (whole, dash: string, letter: string) => {
    const text = Object.hasOwn(values, letter) ? values[letter]() : whole;
    return dash && text !== whole ? text.replace(/^[0 ]+(?=.)/, '') : text;
  });
}
