const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it stands in HTML, between tags or in an attribute with quotes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (c) => entities[c]);
