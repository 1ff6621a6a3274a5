/** Whether only this machine can reach an address to listen at. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);

/** Whether a request names this machine itself: a page that a browser loaded from elsewhere under a name of its own does not. */
export function namesLoopback(host: string | undefined): boolean {
  if (host === undefined) return false;
  return isLoopback(host.replace(/:\d+$/, ''));
}
